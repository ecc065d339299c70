/// A provider file as it was read, and what else was found in it.
struct ProviderFileReading {
    let file: Result<ProviderFile, ProviderFileProblem>
    /// The files from which it takes values, as far as the reading got.
    var references: [Placeholders.Reference] = []
    /// The variables that it names and that are not set.
    var unsetVariables: [String] = []
    /// Where it says its id.
    var idLine: Int?

    init(unreadable name: String) {
        file = .failure(ProviderFileProblem(file: name, reason: .unreadable))
    }

    init(_ bytes: [UInt8], named name: String, placeholders: Placeholders) {
        guard bytes.count <= ProviderFile.maximumLength else {
            file = .failure(ProviderFileProblem(file: name, reason: .tooLong))
            return
        }
        do throws(JSONSyntaxError) {
            let text = try LocatedJSON(parsing: bytes)
            let kind = text.member("type")?.text.flatMap(ProviderKind.init)
            idLine = text.member("id")?.line
            let resolution = placeholders.resolve(text, keys: kind?.keys ?? .common)
            references = resolution.references
            unsetVariables = resolution.unset.compactMap(\.variable)
            file = Result { () throws(ProviderFileProblem) in
                try text.requireUniqueNames(in: name)
                return try ProviderFile(resolution, named: name)
            }
        } catch {
            let reason = ProviderFileProblem.Reason.syntax(expected: error.expectation)
            file = .failure(ProviderFileProblem(file: name, line: error.line, reason: reason))
        }
    }
}
