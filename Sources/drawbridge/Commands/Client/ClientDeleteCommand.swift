import ArgumentParser
import Broker
import OAuth

/// `drawbridge client delete`.
struct ClientDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove a client; everything it was granted ends with it.")

    @Argument(help: "The client_id.")
    var id: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let client = try await folder.client(id)
            try await folder.clients.delete(client.id)
            try output.show(Deleted(clientID: client.id.rawValue))
        }
    }

    private struct Deleted: CommandAnswer {
        let clientID: String

        enum CodingKeys: String, CodingKey {
            case clientID = "deleted"
        }

        var text: String { "Removed client \(clientID) and everything it was granted." }
    }
}
