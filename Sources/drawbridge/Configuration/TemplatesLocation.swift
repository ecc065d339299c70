import Foundation

/// Where the page templates are unless somebody says.
enum TemplatesLocation {
    /// `templates` in the working folder; where there is none and the program runs from `.build`, the one beside
    /// its sources.
    static var standard: String {
        let here = "templates"
        let files = FileManager.default
        guard !files.fileExists(atPath: here) else { return here }
        let beside = program.deletingLastPathComponent().appending(path: "../../../templates").standardizedFileURL.path
        return files.fileExists(atPath: beside) ? beside : here
    }

    private static var program: URL {
        let files = FileManager.default
        let named = CommandLine.arguments.first ?? ""
        let path = (try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? named
        return URL(filePath: path).resolvingSymlinksInPath()
    }
}
