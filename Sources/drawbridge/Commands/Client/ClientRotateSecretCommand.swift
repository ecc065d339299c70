import ArgumentParser
import Broker
import OAuth

/// `drawbridge client rotate-secret`.
struct ClientRotateSecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-secret",
        abstract: "Give a client a new secret; the old one stops counting at once.")

    @Argument(help: "The client_id.")
    var id: String

    @Option(help: ArgumentHelp("The new secret; made up, and shown this once, where there is none."))
    var secret: String?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let client = try await folder.client(id)
            let rotated = try await folder.clients.rotateSecret(of: client.id, to: secret.map(Secret.init))
            try output.show(ClientRecord(rotated.client, secret: rotated.generatedSecret))
        }
    }
}
