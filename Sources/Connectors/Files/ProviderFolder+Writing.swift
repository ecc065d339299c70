import FoundationEssentials
package import OAuth

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ProviderFolder {
    /// Why a provider file was not written.
    package enum WritingFailure: Error, Sendable, CustomStringConvertible {
        case exists(path: String)
        case missing(path: String)
        case system(path: String, reason: String)
        case broken(ProviderFileProblem)

        package var description: String {
            switch self {
            case .exists(let path): "there is a file \(path) already, and it stays as it is"
            case .missing(let path): "there is no file \(path)"
            case .system(let path, let reason): "\(path) cannot be written: \(reason)"
            case .broken(let problem): "\(problem)"
            }
        }
    }

    /// A provider that has been added.
    package struct Addition: Sendable {
        package let path: String
        /// What the file needs and does not find yet, in the order in which it names it.
        package let unsetVariables: [String]
        package let missingFiles: [String]
    }

    /// Writes the file of a new provider, after it has been read as a start would read it; the folder is made if need be.
    package func add(_ draft: ProviderDraft) throws(WritingFailure) -> Addition {
        let name = "\(draft.id).json"
        let bytes = Array(draft.text.utf8)
        let reading = ProviderFileReading(bytes, named: name, placeholders: placeholders)
        if case .failure(let problem) = reading.file { throw .broken(problem) }
        guard Self.isProviderFile(name) else {
            let reason = ProviderFileProblem.Reason.badValue(expected: "another word: \(name) is no provider's file")
            throw .broken(ProviderFileProblem(file: name, key: "$.id", reason: reason))
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .system(path: path, reason: "the folder cannot be made")
        }
        let file = WholeFile("\(path)/\(name)")
        do throws(WholeFile.Failure) {
            // No secret stands in it, only where to find one: whoever runs the broker has to be able to read it.
            try file.create(bytes, mode: 0o644)
        } catch {
            throw Self.explained(error, path: file.path)
        }
        var variables: [String] = []
        for variable in reading.unsetVariables where !variables.contains(variable) { variables.append(variable) }
        let files = reading.references.map(\.path).filter { !FileManager.default.fileExists(atPath: place(of: $0)) }
        return Addition(path: file.path, unsetVariables: variables, missingFiles: files)
    }

    /// Whether a file had to be changed.
    package enum Switch: Sendable, Hashable {
        case switched
        case wasSo
    }

    /// Writes `enabled` into the file of the provider `id`, and leaves the rest of its text as it is.
    package func set(_ activity: ProviderDefinition.Activity, of id: ProviderID) throws(WritingFailure) -> Switch {
        let name = "\(id).json"
        let link = "\(path)/\(name)"
        guard Self.isProviderFile(name), !name.contains("/"),
            let data = FileManager.default.contents(atPath: link)
        else { throw .missing(path: link) }
        let text: ProviderFileText
        do throws(ProviderFileProblem) {
            text = try ProviderFileText(Array(data), named: name)
        } catch {
            throw .broken(error)
        }
        let changed = text.setting(activity)
        guard changed != Array(data) else { return .wasSo }
        // What a link leads to is written, so that the link stays one.
        let file = WholeFile(URL(filePath: link).resolvingSymlinksInPath().path)
        do throws(WholeFile.Failure) {
            try file.replace(with: changed)
        } catch {
            throw Self.explained(error, path: file.path)
        }
        return .switched
    }

    private static func explained(_ failure: WholeFile.Failure, path: String) -> WritingFailure {
        switch failure {
        case .exists: .exists(path: path)
        case .system(let number): .system(path: path, reason: unsafe String(cString: strerror(number)))
        }
    }
}
