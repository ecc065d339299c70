import Foundation

/// The package as it lies on disk.
enum SourceTree {
    /// The folder of `Package.swift`.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file below `Sources`, in the order of its path.
    static func files() throws -> [SourceFile] { try read.get() }

    private static let read = Result { try readFiles() }

    private static func readFiles() throws -> [SourceFile] {
        let sources = root.appending(path: "Sources").resolvingSymlinksInPath()
        guard let paths = FileManager.default.subpaths(atPath: sources.path(percentEncoded: false)) else {
            throw CocoaError(.fileReadNoSuchFile)
        }
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            SourceFile(path: path, text: try String(contentsOf: sources.appending(path: path), encoding: .utf8))
        }
    }

    /// The folders of `Sources`, one per target.
    static func targets() throws -> Set<String> {
        let sources = root.appending(path: "Sources").resolvingSymlinksInPath()
        return Set(try FileManager.default.contentsOfDirectory(atPath: sources.path(percentEncoded: false)))
    }

    static func manifest() throws -> String {
        try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    }
}

/// One file of `Sources`.
struct SourceFile: Sendable {
    /// Relative to `Sources`; its first component is the target.
    let path: String
    let lineCount: Int
    /// The lines of the code: comments and the contents of strings are blanked.
    let codeLines: [String]

    init(path: String, text: String) {
        self.path = path
        lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        codeLines = CodeText.stripped(text).components(separatedBy: "\n")
    }

    var target: String { String(path.prefix { $0 != "/" }) }

    /// Whether the file lies in `folder`, a path relative to `Sources`.
    func isIn(_ folder: String) -> Bool { path == folder || path.hasPrefix(folder + "/") }
}
