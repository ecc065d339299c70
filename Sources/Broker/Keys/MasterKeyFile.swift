package import OAuth

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The file with the master keys, `master.key` in the data folder: one base64 key a line, the first one seals, and lines
/// beginning with `#` are comments. Only its owner may read it.
///
/// Behind a key may stand from when on it seals: `seals-from=2027-01-15T08:00:00Z`. Until then it only opens, and the next
/// one seals: so every process knows a key before any of them uses it.
package struct MasterKeyFile: Sendable {
    /// The keys of a file, and whether it was there before.
    package enum Loaded: Sendable {
        case found([MasterKeyEntry])
        /// There was no file: a new one holds this key.
        case created(MasterKey)

        package var entries: [MasterKeyEntry] {
            switch self {
            case .found(let entries): entries
            case .created(let key): [MasterKeyEntry(key: key)]
            }
        }
    }

    /// Room for some thousand keys; whatever is longer is another file.
    private static let maximumByteCount = 256 * 1024

    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Reads the keys.
    ///
    /// - Throws: a ``Problem`` that names the path, what is wrong and how to mend it.
    package func load() throws(Problem) -> [MasterKeyEntry] {
        try Self.entries(in: try text().split(), path: path).map(\.entry)
    }

    /// The file's text, from a file that is its owner's alone.
    func text() throws(Problem) -> String {
        let file: PrivateFile
        do {
            file = try PrivateFile(reading: path, limit: MasterKeyFile.maximumByteCount)
        } catch {
            throw Problem(path: path, reason: .file(error))
        }
        guard file.mode & 0o077 == 0 else { throw Problem(path: path, reason: .readableByOthers(mode: file.mode)) }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw Problem(path: path, reason: .notText)
        }
        return text
    }

    /// Reads the keys, or makes the file with one new key if there is none.
    ///
    /// Of several processes that start at once, one makes the file and all use its key.
    package func loadOrCreate(randomness: () -> RandomBytes<Bits256>) throws(Problem) -> Loaded {
        do {
            return .found(try load())
        } catch {
            guard error.reason == .file(.missing) else { throw error }
        }
        let key = MasterKey(randomness())
        let text = "# Drawbridge master key. Keep a copy apart from the database: nothing sealed opens without it.\n"
        let outcome: PrivateFile.Creation
        do {
            outcome = try PrivateFile.create(
                path, contents: Array((text + key.base64.reveal() + "\n").utf8), temporaryName: temporaryName(key))
        } catch {
            throw Problem(path: path, reason: .file(error))
        }
        switch outcome {
        case .created: return .created(key)
        case .existed: return .found(try load())
        }
    }

    /// A name no other process can have chosen. The key's id reveals nothing of the key.
    func temporaryName(_ key: MasterKey) -> String { path + "." + key.id }

    /// The keys among the lines of a file, each with the line it stands in.
    static func entries(
        in lines: [Substring], path: String
    ) throws(Problem) -> [(line: Int, entry: MasterKeyEntry)] {
        var entries: [(line: Int, entry: MasterKeyEntry)] = []
        for (index, line) in lines.enumerated() {
            let line = line.trimmingSpaces()
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            entries.append((index, try entry(line, number: index + 1, path: path)))
        }
        guard !entries.isEmpty else { throw Problem(path: path, reason: .noKey) }
        return entries
    }

    private static func entry(_ line: Substring, number: Int, path: String) throws(Problem) -> MasterKeyEntry {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        let key: Substring
        let time: Date?
        if words.count == 2, words[1].hasPrefix(MasterKeyEntry.timeName) {
            let text = words[1].dropFirst(MasterKeyEntry.timeName.count)
            guard let date = try? Date.ISO8601FormatStyle().parse(String(text)) else {
                throw Problem(path: path, reason: .badTime(number))
            }
            (key, time) = (words[0], date)
        } else {
            (key, time) = (line, nil)
        }
        do {
            return MasterKeyEntry(key: try MasterKey(parsing: key), sealsFrom: time)
        } catch {
            throw Problem(path: path, reason: .badLine(number, error))
        }
    }
}

extension String {
    /// The lines, empty ones too.
    func split() -> [Substring] { split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return self[start...end]
    }
}
