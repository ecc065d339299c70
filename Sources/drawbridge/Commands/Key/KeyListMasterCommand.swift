import ArgumentParser
import Broker
import StorageSQLite

/// `drawbridge key list-master`.
struct KeyListMasterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list-master", abstract: "List the master keys, and what still needs each of them.")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            try output.show(try await MasterKeyRecord.list(in: folder))
        }
    }
}
