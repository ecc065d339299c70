import Connectors
import OAuth

/// A provider that has been added, and what is left to do, as commands show it.
struct AddedProvider: CommandAnswer {
    private let id: ProviderID
    private let file: String
    private let callback: String?
    private let unsetVariables: [String]
    private let missingFiles: [String]

    private enum CodingKeys: String, CodingKey {
        case id
        case file
        case callback
        case unsetVariables = "unset_variables"
        case missingFiles = "missing_files"
    }

    init(id: ProviderID, _ addition: ProviderFolder.Addition, callback: String?) {
        self.id = id
        file = addition.path
        self.callback = callback
        unsetVariables = addition.unsetVariables
        missingFiles = addition.missingFiles
    }

    var text: String {
        var record = TextRecord()
        record.add("Written", file)
        record.add("Register this callback at the provider", callback)
        if !unsetVariables.isEmpty {
            record.add("Set in the broker's environment", unsetVariables.joined(separator: ", "))
        }
        if !missingFiles.isEmpty { record.add("Put in place", missingFiles.joined(separator: ", ")) }
        record.add("Then ask", "drawbridge provider check \(id)")
        return record.text
    }
}
