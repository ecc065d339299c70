import OAuth

extension OAuth2Settings {
    /// Reads what a file says about a provider without ID tokens. It has no metadata, so the file names everything.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        let endpoints = try NamedEndpoints(object)
        guard let subject = ClaimPath(try object.requiredText("subject")) else {
            throw object.problem(.badValue(expected: "a path such as $.id"), at: "subject")
        }
        // Nobody can tell for whom such a token was made, so none can be handed over.
        guard try object.word("login", Provider.LoginWay.self) != .frontEnd else {
            throw object.problem(.badValue(expected: "broker for a provider without ID tokens"), at: "login")
        }
        self.init(
            client: try UpstreamClient(object, .secretInHeader),
            authorization: try object.required("authorization", endpoints.authorization),
            token: try object.required("token", endpoints.token),
            user: try object.required("userinfo", endpoints.userinfo), revocation: endpoints.revocation,
            issuer: try object.endpoint("issuer")?.url,
            scope: try Scope(object, []), proofKey: try object.word("pkce", ProofKey.self) ?? .s256, subject: subject,
            claims: try ClaimMapping(object))
    }
}

extension ProviderFileObject {
    /// The address under `key` of the endpoints, which must be there.
    fileprivate func required(
        _ key: String, _ endpoint: UpstreamEndpoint?
    ) throws(ProviderFileProblem) -> UpstreamEndpoint {
        if let endpoint { return endpoint }
        guard let endpoints = try object("endpoints") else { throw problem(.missingKey, at: "endpoints") }
        throw endpoints.problem(.missingKey, at: key)
    }
}

extension ProviderKeys {
    /// What a file says about a provider without ID tokens.
    static let oauth2: ProviderKeys = [
        "endpoints": .object(["authorization": .value, "token": .value, "userinfo": .value, "revocation": .value]),
        "subject": .word, "issuer": .value, "pkce": .word, "allow": .object(["email_domains": .text]),
    ]
}
