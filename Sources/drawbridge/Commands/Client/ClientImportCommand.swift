import ArgumentParser
import Broker
import OAuth
import Storage

/// `drawbridge client import`.
struct ClientImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Register all clients of a file, or none.",
        discussion: """
            The file is a JSON array of client metadata (RFC 7591), each with a client_id and, where there is one, a \
            client_secret. Drawbridge's own members are token_profile, first_party, providers, introspection, \
            upstream_token_encryption, upstream_token_providers, \
            resources and delegates; any other \
            unknown member is refused. `client list --json` writes such an array.

            EXAMPLE:
              [{"client_id": "transport", "client_name": "Transport",
                "client_secret": "…", "first_party": true,
                "redirect_uris": ["https://transport.city.example/callback"]}]
            """)

    @Argument(help: "The JSON file, or - for standard input.")
    var file: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let entries = try ImportFile<ClientMetadata>(path: file).entries
        try await DataFolder.with(data.configuration(), .creating) { folder in
            try await check(entries, in: folder)
            let registered = try await register(entries, in: folder)
            for registration in registered { try await folder.provideKey(for: registration.client) }
            let records = registered.map { ClientRecord($0.client, secret: $0.generatedSecret) }
            let secrets = records.compactMap { record in
                record.secret.map { "\(record.client.id)  \($0.reveal())   (shown this once)" }
            }
            let lines = ["Clients registered: \(records.count)"] + secrets
            try output.show(AnswerList(records, text: lines.joined(separator: "\n")))
        }
    }

    /// Finds whatever can be found before the first client is registered.
    private func check(_ entries: [ClientMetadata], in folder: DataFolder) async throws {
        var seen: [String: Int] = [:]
        for (index, metadata) in entries.enumerated() {
            let place = "\(file), entry \(index + 1) (\(LogText.oneLine(metadata.clientID)))"
            do {
                _ = try metadata.proof()
                let client = try metadata.client(secretHash: nil)
                if let first = seen[metadata.clientID] {
                    throw ClientMetadata.Flaw("client_id", "is the one of entry \(first + 1) again")
                }
                if try await folder.clients.client(client.id) != nil {
                    throw ClientMetadata.Flaw("client_id", "is taken")
                }
                if let secret = metadata.clientSecret, !(1...512).contains(secret.count) {
                    throw ClientMetadata.Flaw("client_secret", "must be 1 to 512 bytes")
                }
            } catch let flaw as ClientMetadata.Flaw {
                throw Complaint("\(place): \(flaw). Nothing was imported.")
            }
            seen[metadata.clientID] = index
        }
    }

    /// Registers them one by one; where one fails after all, those before it are removed again.
    private func register(
        _ entries: [ClientMetadata], in folder: DataFolder
    ) async throws -> [ClientRegistry.Registration] {
        var done: [ClientRegistry.Registration] = []
        do {
            for metadata in entries { done.append(try await folder.clients.register(metadata)) }
            return done
        } catch {
            for registration in done { try await folder.clients.delete(registration.client.id) }
            let cause = Complaint.explaining(error)
            throw Complaint("\(file), entry \(done.count + 1): \(cause). Nothing was imported.")
        }
    }
}
