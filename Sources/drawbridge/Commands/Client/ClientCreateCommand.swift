import ArgumentParser
import Broker
import OAuth
import Storage

/// `drawbridge client create`.
struct ClientCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Register a client.",
        discussion: """
            A confidential client that is given no --secret gets one, which is shown this once.

            EXAMPLES:
              drawbridge client create --id transport --name Transport \\
                --redirect-uri https://transport.city.example/callback --first-party
              drawbridge client create --id parking --name Parking --public \\
                --redirect-uri https://parking.city.example/callback \\
                --token-profile jwt --provider google --provider local
              drawbridge client create --id tickets-api --name "Tickets API" --introspection
              drawbridge client create --id billing --name Billing --jwks billing.jwks.json \\
                --grant-type client_credentials --scope tickets:read
              drawbridge client create --id reports --name Reports \\
                --redirect-uri https://reports.city.example/callback \\
                --grant-type authorization_code --grant-type refresh_token \\
                --grant-type urn:ietf:params:oauth:grant-type:token-exchange --upstream-token-provider google
              drawbridge client create --id city-login --name "City login" --staging-only
            """)

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let metadata = try registration.metadata()
        try await DataFolder.with(data.configuration(), .creating) { folder in
            do {
                let registered = try await folder.clients.register(metadata)
                try await folder.provideKey(for: registered.client)
                try output.show(ClientRecord(registered.client, secret: registered.generatedSecret))
            } catch StoreError.conflict {
                throw Complaint("the client id \(metadata.clientID) is taken")
            }
        }
    }
}
