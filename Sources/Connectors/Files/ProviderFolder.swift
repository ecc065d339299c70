import FoundationEssentials
import OAuth

/// The folder of provider files, one `<id>.json` per provider.
package struct ProviderFolder: Sendable {
    /// What was found in the folder.
    package struct Contents: Sendable {
        /// In the order in which a chooser shows them: local accounts first, then by id.
        package let files: [ProviderFile]
        package let problems: [ProviderFileProblem]
        package let folder: Folder

        /// Whether the folder itself could be read.
        package enum Folder: Sendable, Hashable {
            case read
            case unreadable
        }
    }

    private let path: String
    private let environment: [String: String]

    /// A folder whose files may take values from `environment`.
    package init(path: String, environment: [String: String]) {
        self.path = path
        self.environment = environment
    }

    /// Reads every file; a broken one is a problem and does not keep the others from loading.
    ///
    /// Local accounts are there even without a `local.json`.
    package func read() -> Contents {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            let problem = ProviderFileProblem(file: path, reason: .unreadable)
            return Contents(files: [.usable(.builtInLocal)], problems: [problem], folder: .unreadable)
        }
        var files: [ProviderFile] = []
        var problems: [ProviderFileProblem] = []
        let candidates = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") && $0 != "schema.json" }.sorted()
        for name in candidates {
            do throws(ProviderFileProblem) {
                files.append(try read(name, among: candidates))
            } catch {
                problems.append(error)
            }
        }
        let hasLocal = candidates.contains("\(ProviderID.local).json")
        let others = files.filter { $0.id != .local }
        let local = hasLocal ? files.filter { $0.id == .local } : [.usable(.builtInLocal)]
        return Contents(files: local + others, problems: problems, folder: .read)
    }

    private func read(_ name: String, among names: [String]) throws(ProviderFileProblem) -> ProviderFile {
        guard let content = FileManager.default.contents(atPath: "\(path)/\(name)") else {
            throw ProviderFileProblem(file: name, reason: .unreadable)
        }
        let placeholders = Placeholders(environment: environment, readFile: contents)
        let file = try ProviderFile(Array(content), named: name, placeholders: placeholders)
        guard "\(file.id).json" == name else {
            let isTaken = names.contains("\(file.id).json")
            throw ProviderFileProblem(
                file: name, key: "$.id",
                reason: isTaken ? .duplicateID(id: file.id.rawValue) : .idIsNotFileName(id: file.id.rawValue))
        }
        return file
    }

    /// The text of a file that a provider file refers to.
    private func contents(of file: String) -> String? {
        let place = file.hasPrefix("/") ? file : "\(path)/\(file)"
        guard let data = FileManager.default.contents(atPath: place), data.count <= ProviderFile.maximumLength else {
            return nil
        }
        return String(validating: data, as: UTF8.self)
    }
}
