import FoundationEssentials
import OAuth

/// The folder of provider files, one `<id>.json` per provider.
package struct ProviderFolder: Sendable {
    /// What was found in the folder.
    package struct Contents: Sendable {
        /// In the order in which a chooser shows them: local accounts first, then by id.
        package let files: [ProviderFile]
        package let problems: [ProviderFileProblem]
        /// What is not as it should be in files that can be used all the same.
        package let warnings: [ProviderFileProblem]
        /// The paths of the files from which values are taken.
        package let referredFiles: [String]
        package let folder: Folder

        /// Whether the folder itself could be read.
        package enum Folder: Sendable, Hashable {
            case read
            case unreadable
        }
    }

    let path: String
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
            return Contents(
                files: [.usable(.builtInLocal)], problems: [problem], warnings: [], referredFiles: [],
                folder: .unreadable)
        }
        let candidates = names.filter(Self.isProviderFile).sorted()
        let readings = candidates.map { name in (name: name, reading: read(name)) }
        var files: [ProviderFile] = []
        var problems: [ProviderFileProblem] = []
        for (name, reading) in readings {
            do throws(ProviderFileProblem) {
                files.append(try Self.file(of: reading, named: name, among: candidates))
            } catch {
                problems.append(error)
            }
        }
        let hasLocal = candidates.contains("\(ProviderID.local).json")
        let others = files.filter { $0.id != .local }
        let local = hasLocal ? files.filter { $0.id == .local } : [.usable(.builtInLocal)]
        return Contents(
            files: local + others, problems: problems, warnings: readings.flatMap(warnings),
            referredFiles: readings.flatMap(\.reading.references).map { place(of: $0.path) }, folder: .read)
    }

    static func isProviderFile(_ name: String) -> Bool {
        name.hasSuffix(".json") && !name.hasPrefix(".") && name != "schema.json"
    }

    private func read(_ name: String) -> ProviderFileReading {
        guard let content = FileManager.default.contents(atPath: "\(path)/\(name)") else {
            return ProviderFileReading(unreadable: name)
        }
        return ProviderFileReading(Array(content), named: name, placeholders: placeholders)
    }

    private static func file(
        of reading: ProviderFileReading, named name: String, among names: [String]
    ) throws(ProviderFileProblem) -> ProviderFile {
        let file = try reading.file.get()
        guard "\(file.id).json" == name else {
            let isTaken = names.contains("\(file.id).json")
            throw ProviderFileProblem(
                file: name, line: reading.idLine, key: "$.id",
                reason: isTaken ? .duplicateID(id: file.id.rawValue) : .idIsNotFileName(id: file.id.rawValue))
        }
        return file
    }

    private func warnings(_ name: String, _ reading: ProviderFileReading) -> [ProviderFileProblem] {
        reading.references.compactMap { reference in
            guard reference.content == .secret, ReferredFile(path: place(of: reference.path)).isReadableByAll else {
                return nil
            }
            return ProviderFileProblem(
                file: name, line: reference.line, key: reference.key, reason: .exposedSecret(path: reference.path))
        }
    }

    var placeholders: Placeholders {
        Placeholders(environment: environment) { (file) throws(ReferredFile.Flaw) in
            try ReferredFile(path: place(of: file)).text()
        }
    }

    func place(of file: String) -> String {
        file.hasPrefix("/") ? file : "\(path)/\(file)"
    }
}
