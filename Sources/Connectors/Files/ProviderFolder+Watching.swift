import FoundationEssentials

extension ProviderFolder {
    /// A state of the folder as far as it shows without reading the files.
    package struct Stamp: Sendable, Hashable {
        fileprivate let files: [String: FileStamp?]
    }

    /// The state of the provider files, and of the files at `referred` from which the last reading took values.
    package func stamp(with referred: [String]) -> Stamp {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let paths = names.filter(Self.isProviderFile).map { "\(path)/\($0)" } + [path] + referred
        return Stamp(files: Dictionary(paths.map { ($0, FileStamp(of: $0)) }) { first, _ in first })
    }
}

/// Tells when a folder has come to rest in a state other than the one last read.
///
/// A change counts once two looks in a row agree: an editor that empties a file before it writes, or takes it away before
/// it puts the new one there, is given the time to finish.
package struct FolderWatch: Sendable {
    private var read: ProviderFolder.Stamp
    private var seen: ProviderFolder.Stamp

    /// Begins with the state that has just been read.
    package init(_ read: ProviderFolder.Stamp) {
        (self.read, seen) = (read, read)
    }

    /// What a look at the folder tells.
    package enum Observation: Sendable, Hashable {
        case asRead
        case changing
        /// It is worth reading again.
        case changed
    }

    /// Takes note of the state `now`.
    package mutating func look(_ now: ProviderFolder.Stamp) -> Observation {
        defer { seen = now }
        guard now != read else { return .asRead }
        return now == seen ? .changed : .changing
    }

    /// Takes note that `stamp` has been read.
    package mutating func read(_ stamp: ProviderFolder.Stamp) {
        (read, seen) = (stamp, stamp)
    }
}
