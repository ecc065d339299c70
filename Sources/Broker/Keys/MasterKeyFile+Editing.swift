package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension MasterKeyFile {
    /// What came of adding a key.
    package enum Addition: Equatable, Sendable {
        case added
        /// Another key waits for its time already; its id.
        case waiting(String)
    }

    /// Puts `key` above all others, to seal from `time` on, rounded down to a second. The file is replaced whole, on disk
    /// before this returns; whatever else stands in it stays.
    package func add(_ key: MasterKey, sealsFrom time: Date, at now: Date) throws(Problem) -> Addition {
        var outcome = Addition.added
        try edit(temporaryName(key)) { lines, entries in
            if let waiting = entries.first(where: { ($0.entry.sealsFrom ?? now) > now }) {
                outcome = .waiting(waiting.entry.key.id)
            } else {
                let line = "\(key.base64.reveal()) \(MasterKeyEntry.timeName)\(time.formatted(.iso8601))"
                lines.insert(line[...], at: entries.first?.line ?? 0)
            }
        }
        return outcome
    }

    /// Removes the key `id`; what is sealed under it never opens again.
    package func remove(_ id: String) throws(Problem) {
        try edit(path + ".without-" + id) { lines, entries in
            guard entries.count > 1, let entry = entries.first(where: { $0.entry.key.id == id }) else { return }
            lines.remove(at: entry.line)
        }
    }

    /// Replaces the file by one with the lines that `change` makes of the old ones, while no other process does.
    private func edit(
        _ temporaryName: String,
        _ change: (inout [Substring], [(line: Int, entry: MasterKeyEntry)]) -> Void
    ) throws(Problem) {
        let lock = try filing { () throws(FileFailure) in try FolderLock(folderOf: path) }
        defer { lock.release() }
        let old = try text().split()
        var lines = old
        change(&lines, try Self.entries(in: lines, path: path))
        guard lines != old else { return }
        let bytes = Array(lines.joined(separator: "\n").utf8)
        try filing { () throws(FileFailure) in
            try PrivateFile.replace(path, contents: bytes, temporaryName: temporaryName)
        }
    }

    private func filing<Value>(_ work: () throws(FileFailure) -> Value) throws(Problem) -> Value {
        do {
            return try work()
        } catch {
            throw Problem(path: path, reason: .file(error))
        }
    }
}
