import ArgumentParser
import Storage
import StorageSQLite

/// `drawbridge key list`.
struct KeyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the signing keys.")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            try output.show(SigningKeyRecord.list(try await folder.store.signingKeys()))
        }
    }
}
