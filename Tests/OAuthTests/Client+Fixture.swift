import OAuth

extension Client {
    /// A public client with `redirects` registered; a redirect that cannot be registered fails the test.
    static func fixture(
        redirects: [String] = ["https://app.example/callback"], allowedScope: Scope = Client.standardScope
    ) throws -> Client {
        Client(
            id: ClientID(rawValue: "app"), name: "App",
            redirectURIs: try redirects.map { text in try RedirectURI(registering: text) },
            authentication: .publicClient, allowedScope: allowedScope)
    }
}
