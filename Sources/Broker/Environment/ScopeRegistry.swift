package import OAuth
import Synchronization

/// The scopes as last read; reading them again replaces them all at once.
package final class ScopeRegistry: Sendable {
    private let catalogue: Mutex<ScopeCatalogue>

    package init(_ catalogue: ScopeCatalogue = .standard) {
        self.catalogue = Mutex(catalogue)
    }

    /// The scopes that count now.
    package var current: ScopeCatalogue { catalogue.withLock { $0 } }

    /// Takes over what a later reading found.
    package func replace(with catalogue: ScopeCatalogue) {
        self.catalogue.withLock { $0 = catalogue }
    }
}
