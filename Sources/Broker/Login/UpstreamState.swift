import OAuth

/// What is sealed into the `state` of one trip to a provider: good at that provider, for that browser, for one request.
///
/// The envelope's context is the provider, so an answer of another provider never opens it (RFC 9700 §4.4).
struct UpstreamState: Codable, Sendable {
    /// Carries an id of its own per trip, so that going back and choosing another provider stays possible while each
    /// answer counts once.
    let payload: AuthorizationPayload
    /// The payload the trip began from; the first trip that comes back uses it up.
    let origin: PayloadID
    let errand: Errand
    let nonce: String
    let verifier: CodeVerifier

    /// What the trip is for.
    enum Errand: Codable, Sendable, Hashable {
        /// To log in.
        case login
        /// To prove an identity that shall belong to the account of this session.
        case link(SessionReference)
    }

    private enum CodingKeys: String, CodingKey {
        case payload = "p"
        case origin = "o"
        case errand = "w"
        case nonce = "n"
        case verifier = "v"
    }
}
