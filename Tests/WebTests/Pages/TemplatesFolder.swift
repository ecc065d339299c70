import Foundation
import Web

/// The repository's templates folder, and copies of it to spoil.
enum TemplatesFolder {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "templates").path

    /// Calls `body` with a copy of the folder, which is removed afterwards.
    static func withCopy<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let copy = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: URL(filePath: path), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        return try body(copy)
    }

    /// The shipped templates.
    static func load() throws -> PageTemplates {
        try PageTemplates(directory: path)
    }
}

extension URL {
    /// Writes `text` to `file` in this folder, making the folders on the way.
    func write(_ text: String, to file: String) throws {
        let url = appending(path: file)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    /// Replaces `old`, which must occur, by `new` in `file` of this folder.
    func replace(_ old: String, with new: String, in file: String) throws {
        let text = try String(contentsOf: appending(path: file), encoding: .utf8)
        guard text.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
        try write(text.replacingOccurrences(of: old, with: new), to: file)
    }
}
