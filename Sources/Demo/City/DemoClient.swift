/// A client of the broker as the sample city wants it registered.
package struct DemoClient: Sendable, Hashable {
    package let id: String
    package let name: String
    /// `nil` for a public client.
    package let secret: String?
    package let redirectURIs: [String]
    package let postLogoutRedirectURIs: [String]
    package let consent: Consent
    /// The provider ids it accepts; empty for any.
    package let providers: [String]
    package let role: Role

    /// Whether people are asked before the service learns about them.
    package enum Consent: Sendable, Hashable {
        case asked
        case firstParty
    }

    /// What the client does at the broker.
    package enum Role: Sendable, Hashable {
        /// It logs people in: authorization code with PKCE, and refresh tokens.
        case service
        /// It stages tokens with `POST /oauth2/store` and nothing else.
        case loginFrontEnd
    }
}
