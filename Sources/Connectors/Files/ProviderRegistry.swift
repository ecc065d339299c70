import OAuth
import Synchronization

/// The providers of a folder as last read; reading it again replaces them all at once.
package final class ProviderRegistry: ProviderCatalogue {
    private struct Entry {
        let file: ProviderFile
        let provider: Provider
    }

    private let factory: ConnectorFactory
    private let entries: Mutex<[Entry]>

    /// Takes the providers found in `contents`.
    package init(_ contents: ProviderFolder.Contents, factory: ConnectorFactory) {
        self.factory = factory
        entries = Mutex(contents.files.map { Entry(file: $0, provider: factory.provider(for: $0)) })
    }

    package func providers() -> [Provider] {
        entries.withLock { $0.map(\.provider) }
    }

    /// Takes over what a later reading found.
    ///
    /// A file that has become broken leaves its old provider in place; one that has not changed keeps its connector, and
    /// with it the keys fetched so far. A folder that cannot be read changes nothing.
    package func replace(with contents: ProviderFolder.Contents) {
        switch contents.folder {
        case .unreadable: return
        case .read: break
        }
        let broken = Set(contents.problems.map(\.file))
        entries.withLock { entries in
            let old = Dictionary(entries.map { ($0.file.id, $0) }) { first, _ in first }
            let read = contents.files.map { file in
                if let known = old[file.id], known.file == file { return known }
                return Entry(file: file, provider: factory.provider(for: file))
            }
            let isRead = Set(contents.files.map(\.id))
            let kept = entries.filter { broken.contains("\($0.file.id).json") && !isRead.contains($0.file.id) }
            let sorted = (read + kept).sorted { $0.file.id.rawValue < $1.file.id.rawValue }
            entries = sorted.filter { $0.file.id == .local } + sorted.filter { $0.file.id != .local }
        }
    }
}
