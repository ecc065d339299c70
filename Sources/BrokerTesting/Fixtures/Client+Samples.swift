package import OAuth

extension Client {
    /// A confidential client with every field set: asks for consent, accepts two providers.
    package static var transport: Client {
        get throws {
            Client(
                id: ClientID(rawValue: "transport"), name: "Mestská doprava „Linka“",
                logoURI: "https://transport.city.example/logo.svg",
                redirectURIs: [
                    try RedirectURI(registering: "https://transport.city.example/callback"),
                    try RedirectURI(registering: "https://transport.city.example/callback?tenant=a%20b"),
                ],
                postLogoutRedirectURIs: ["https://transport.city.example/", "https://transport.city.example/bye"],
                authentication: .secret(
                    PasswordHash(phc: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaA")),
                grantTypes: [.refreshToken, .authorizationCode],
                allowedScope: Scope(["openid", "profile", "email", "offline_access"]), tokenProfile: .sealed,
                idTokenAlgorithm: .rs256, consent: .ask,
                providers: .only([Fixtures.pool, ProviderID(rawValue: "google")]), introspection: .allowed(.es256),
                backChannelLogout: try LogoutChannel("https://transport.city.example/logged-out", session: .required))
        }
    }

    /// A service without people, which proves itself with a key of its own.
    package static var billing: Client {
        get throws {
            let key: JSONValue = .object([
                "kty": "OKP", "crv": "Ed25519", "kid": "2025", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            ])
            var client = Client(
                id: ClientID(rawValue: "billing"), name: "Billing", redirectURIs: [],
                authentication: .keys(try ClientKeySet(checking: .object(["keys": .array([key])]))),
                grantTypes: [.clientCredentials], allowedScope: Scope(["tickets:read"]),
                subjects: .pairwise(try Sector(namedBy: "https://Billing.city.example/sector.json")),
                upstreamTokenEncryption: UpstreamTokenEncryption(keyID: "billing 1", sealedKey: "sealed-key"),
                upstreamTokenProviders: [Fixtures.pool, ProviderID(rawValue: "google")],
                resources: Fixtures.resources("tickets", "payments"), delegates: [ClientID(rawValue: "tickets-api")])
            client.frontChannelLogout = try LogoutChannel("https://billing.city.example/bye?x=1", session: .required)
            return client
        }
    }

    /// A public client of the operator's own, a native app with a loopback redirect, with signed tokens.
    package static var parking: Client {
        get throws {
            Client(
                id: ClientID(rawValue: "parking"), name: "Parking 🅿️",
                redirectURIs: [
                    try RedirectURI(registering: "https://parking.city.example/"),
                    try RedirectURI(registering: "http://127.0.0.1/callback"),
                ],
                authentication: .publicClient, grantTypes: [.authorizationCode],
                allowedScope: Scope(["openid", "email"]), tokenProfile: .jwt, idTokenAlgorithm: .es256,
                consent: .firstParty, providers: .any)
        }
    }
}
