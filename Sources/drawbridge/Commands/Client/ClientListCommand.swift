import ArgumentParser
import Broker
import OAuth

/// `drawbridge client list`.
struct ClientListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the registered clients.")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let clients = try await folder.clients.clients()
            var table = TextTable("CLIENT", "NAME", "KIND", "TOKENS", "PROVIDERS", "REDIRECT URIS")
            for client in clients {
                table.add(
                    client.id.rawValue, client.name, client.isPublic ? "public" : "confidential",
                    client.tokenProfile.rawValue,
                    client.acceptedProviders?.map(\.rawValue).joined(separator: ",") ?? "any",
                    client.redirectURIs.map(\.value).joined(separator: " "))
            }
            let text = table.text(orElse: "No client is registered yet. Register one with: drawbridge client create")
            try output.show(AnswerList(clients.map { ClientRecord($0) }, text: text))
        }
    }
}
