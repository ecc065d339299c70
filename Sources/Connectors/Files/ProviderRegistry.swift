package import OAuth
import Synchronization

/// The providers of a folder as last read; reading it again replaces them all at once.
package final class ProviderRegistry: ProviderCatalogue {
    /// Shared, because a look at one must not copy the whole file.
    private final class Entry: Sendable {
        let file: ProviderFile
        let provider: Provider

        init(file: ProviderFile, provider: Provider) {
            self.file = file
            self.provider = provider
        }
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

    package func provider(_ id: ProviderID) -> Provider? {
        entries.withLock { entries in
            entries.firstIndex { $0.provider.id == id }.map { entries[$0].provider }
        }
    }

    /// What a later reading came to.
    package struct Outcome: Sendable, Hashable {
        package var added: [ProviderID] = []
        package var changed: [ProviderID] = []
        package var removed: [ProviderID] = []
        /// Those whose files have become broken: they stay as they were.
        package var kept: [ProviderID] = []

        /// Whether everything is as it was.
        package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
    }

    /// Takes over what a later reading found.
    ///
    /// A file that has become broken leaves its old provider in place; one that has not changed keeps its connector, and
    /// with it the keys fetched so far. A folder that cannot be read changes nothing.
    @discardableResult
    package func replace(with contents: ProviderFolder.Contents) -> Outcome {
        switch contents.folder {
        case .unreadable: return Outcome()
        case .read: break
        }
        let broken = Set(contents.problems.map(\.file))
        return entries.withLock { entries in
            var outcome = Outcome()
            var old = Dictionary(entries.map { ($0.file.id, $0) }) { first, _ in first }
            var new: [Entry] = []
            for file in contents.files {
                let known = old.removeValue(forKey: file.id)
                if let known, known.file == file {
                    new.append(known)
                    continue
                }
                if known == nil { outcome.added.append(file.id) } else { outcome.changed.append(file.id) }
                new.append(Entry(file: file, provider: factory.provider(for: file)))
            }
            for entry in old.values.sorted(by: { $0.file.id.rawValue < $1.file.id.rawValue }) {
                guard broken.contains("\(entry.file.id).json") else {
                    outcome.removed.append(entry.file.id)
                    continue
                }
                outcome.kept.append(entry.file.id)
                new.append(entry)
            }
            let sorted = new.sorted { $0.file.id.rawValue < $1.file.id.rawValue }
            entries = sorted.filter { $0.file.id == .local } + sorted.filter { $0.file.id != .local }
            return outcome
        }
    }
}
