package import OAuth

/// The file with the master keys, `master.key` in the data folder: one base64 key a line, the first one seals, and lines
/// beginning with `#` are comments. Only its owner may read it.
package struct MasterKeyFile: Sendable {
    /// The keys of a file, and whether it was there before.
    package enum Loaded: Sendable {
        case found([MasterKey])
        /// There was no file: a new one holds this key.
        case created(MasterKey)

        package var keys: [MasterKey] {
            switch self {
            case .found(let keys): keys
            case .created(let key): [key]
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
    package func load() throws(Problem) -> [MasterKey] {
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
        return try parse(text)
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

    /// A name no other start can have chosen. The key's id reveals nothing of the key.
    private func temporaryName(_ key: MasterKey) -> String {
        let id = (try? KeyRing([key]).keyIDs.first) ?? "new"
        return path + "." + id
    }

    private func parse(_ text: String) throws(Problem) -> [MasterKey] {
        var keys: [MasterKey] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let line = line.trimmingSpaces()
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do {
                keys.append(try MasterKey(parsing: line))
            } catch {
                throw Problem(path: path, reason: .badLine(index + 1, error))
            }
        }
        guard !keys.isEmpty else { throw Problem(path: path, reason: .noKey) }
        return keys
    }
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
