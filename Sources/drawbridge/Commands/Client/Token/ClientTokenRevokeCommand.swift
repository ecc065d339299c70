import ArgumentParser
import Broker
import OAuth
import Storage

/// `drawbridge client token revoke`.
struct ClientTokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a token back; no client registers with it any more.",
        discussion: "Clients that were registered with it stay: remove them with `client delete`.")

    @Argument(help: ArgumentHelp("The token's id, as `client token list` shows it.", valueName: "id"))
    var id: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            do {
                try await folder.initialAccess.revoke(InitialAccessID(rawValue: id))
            } catch StoreError.notFound {
                throw Complaint("there is no token \(LogText.oneLine(id))")
            }
            try output.show(InitialAccessRecord.list(try await folder.initialAccess.given()))
        }
    }
}
