import Foundation

/// The files of a templates folder, read once.
struct TemplateFolder {
    private let root: URL

    init(path: String) {
        root = URL(filePath: path, directoryHint: .isDirectory)
    }

    /// The names in a subfolder, sorted, without hidden ones; empty if there is no such folder.
    func names(in folder: String = "") -> [String] {
        let url = root.appending(path: folder, directoryHint: .isDirectory)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    func text(of file: String) throws(PageTemplateError) -> String {
        let bytes = try bytes(of: file)
        guard let text = String(bytes: bytes, encoding: .utf8) else {
            throw PageTemplateError(file: file, problem: .unreadable)
        }
        return text
    }

    func bytes(of file: String) throws(PageTemplateError) -> Data {
        let url = root.appending(path: file, directoryHint: .notDirectory)
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw PageTemplateError(file: file, problem: .missing)
        }
        do {
            return try Data(contentsOf: url)
        } catch {
            throw PageTemplateError(file: file, problem: .unreadable)
        }
    }

    /// The templates directly in `folder`.
    func templates(in folder: String = "") throws(PageTemplateError) -> [TemplateSource] {
        var sources: [TemplateSource] = []
        for name in names(in: folder) where name.hasSuffix(TemplateSource.suffix) {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            sources.append(
                TemplateSource(name: String(path.dropLast(TemplateSource.suffix.count)), text: try text(of: path)))
        }
        return sources
    }
}
