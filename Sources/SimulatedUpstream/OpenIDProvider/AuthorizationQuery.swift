/// A well-formed authorization request at the hosted pages (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).
struct AuthorizationQuery: Sendable {
    let client: SimulatedClient
    let redirectURI: String
    let state: String?
    let nonce: String?
    let scope: [String]
    /// The S256 challenge; `plain` is not accepted.
    let challenge: String?
    let prompt: Prompt
    let loginHint: String?

    /// How the person is to be asked.
    enum Prompt: Sendable {
        /// Only where there is no session yet.
        case whenNeeded
        /// In any case.
        case login
        /// Not at all.
        case none
    }

    /// Why a request was refused.
    enum Rejection: Error {
        /// Nothing vouches for the redirect URI, so the browser stays here.
        case page(String)
        case redirect(code: String, redirectURI: String, state: String?, client: SimulatedClient)
    }

    init(_ fields: FormFields, provider: SimulatedProvider) throws(Rejection) {
        guard let clientID = fields["client_id"], let client = provider.client(clientID) else {
            throw .page("This application is not known here.")
        }
        guard let redirectURI = fields["redirect_uri"], client.redirectURIs.contains(redirectURI) else {
            throw .page("This return address is not registered.")
        }
        let state = fields["state"]
        func refuse(_ code: String) -> Rejection {
            .redirect(code: code, redirectURI: redirectURI, state: state, client: client)
        }
        guard fields.repeatedNames.isEmpty else { throw refuse("invalid_request") }
        guard fields["response_type"] == "code" else { throw refuse("unsupported_response_type") }
        let scope = (fields["scope"] ?? "openid").split(separator: " ").map(String.init)
        guard scope.contains("openid") else { throw refuse("invalid_scope") }
        let challenge = fields["code_challenge"]
        switch (challenge, fields["code_challenge_method"], client.secret) {
        case (.some, "S256", _), (nil, nil, .some): break
        case (.some, _, _), (nil, .some, _), (nil, nil, nil): throw refuse("invalid_request")
        }
        switch fields["prompt"] {
        case nil, "consent", "select_account": prompt = .whenNeeded
        case "login": prompt = .login
        case "none": prompt = .none
        case .some: throw refuse("invalid_request")
        }
        self.client = client
        self.redirectURI = redirectURI
        self.state = state
        self.nonce = fields["nonce"]
        self.scope = scope
        self.challenge = challenge
        self.loginHint = fields["login_hint"]
    }
}
