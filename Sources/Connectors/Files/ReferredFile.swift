import FoundationEssentials

/// A file from which a provider file takes a value: a secret, as a rule.
struct ReferredFile {
    /// Why no value can be taken.
    enum Flaw: Error, Hashable {
        case missing
        case unreadable
        case empty
        case tooLong
        case notText

        /// Said about the file.
        var words: String {
            switch self {
            case .missing: "is not there"
            case .unreadable: "cannot be read"
            case .empty: "is empty"
            case .tooLong: "is longer than a value can be"
            case .notText: "is not text in UTF-8"
            }
        }
    }

    /// Longest value, in bytes: a private key with its certificates fits.
    static let maximumLength = 65_536

    let path: String

    /// The whole text without the newlines at its end, which editors and `echo` leave there.
    func text() throws(Flaw) -> String {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable }
        guard data.count <= Self.maximumLength else { throw .tooLong }
        guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else { throw .notText }
        let trimmed = String(text.reversed().drop(while: \.isNewline).reversed())
        guard !trimmed.isEmpty else { throw .empty }
        return trimmed
    }

    /// Whether everybody on this machine may read the file.
    var isReadableByAll: Bool {
        FileStamp(of: path).map { $0.mode & 0o004 != 0 } ?? false
    }
}
