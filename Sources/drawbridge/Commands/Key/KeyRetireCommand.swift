import ArgumentParser
import Broker
import OAuth
import Storage
import StorageSQLite

/// `drawbridge key retire`.
struct KeyRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Remove a retiring key: what it signed no longer counts.",
        discussion: "Wait until the last token it signed has expired, an hour after the rotation.")

    @Argument(help: ArgumentHelp("The key's id.", valueName: "kid"))
    var id: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            do {
                try await folder.signingKeys(try folder.keyRing()).removeRetiring(KeyID(rawValue: id))
            } catch StoreError.notFound {
                throw Complaint(
                    "there is no retiring key \(LogText.oneLine(id)): rotate first, then retire the old key")
            }
            try output.show(SigningKeyRecord.list(try await folder.store.signingKeys()))
        }
    }
}
