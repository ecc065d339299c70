import FoundationEssentials
import OAuth

/// What one kind of OpenID provider does differently; whatever a kind leaves out is as OpenID Connect says.
protocol OpenIDDialect: Sendable {
    /// Whether metadata that names `issuer` is that of the provider whose file says `configured` (OIDC Discovery §4.3).
    func publishes(_ issuer: String, as configured: String) -> Bool

    /// Who says what the issuer of tokens is called.
    var issuerSource: IssuerSource { get }

    /// Judges `iss` of an ID token (OIDC Core §3.1.3.7, number 2); `issuer` is what ``issuerSource`` says.
    func requireIssuer(_ issuer: String, of claims: VerifiedClaims) throws(TokenFlaw)

    /// Whether an authorization response may call its writer `issuer` (RFC 9207 §2.4).
    func answers(as issuer: String, configured: String) -> Bool

    /// What an authorization request carries beyond the usual parameters.
    func parameters(for scope: Scope) -> [(name: String, value: String)]

    /// The `prompt` that asks for `freshness` (OIDC Core §3.1.2.1).
    func prompt(for freshness: UpstreamAttempt.Freshness) -> String?

    /// Whether a token that says the nonce `said` answers the request that was sent with `nonce`.
    func nonce(_ said: String, answers nonce: String) -> Bool

    /// The name under which the person is known here for good.
    func subject(of claims: VerifiedClaims) throws(TokenFlaw) -> String

    /// When the userinfo endpoint is asked.
    var userinfo: UserinfoUse { get }

    /// What the provider's access tokens are to anybody but the APIs they are for.
    var accessTokens: AccessTokenForm { get }

    /// Claims that no mapping changes, because policy asks for them.
    var retainedClaims: Set<String> { get }

    /// Claims that the provider says only now and then: where it is silent, what it said before still holds.
    var claimsToldOnce: Set<String> { get }

    /// Which of the scopes asked for the metadata can be expected to list.
    func published(_ scope: Scope) -> Scope

    /// Claims from what the answer said about the person beside the code.
    func introduction(_ user: ReportedUser) -> [String: JSONValue]

    /// What the provider said, put into the words of OpenID Connect.
    func normalized(_ said: [String: JSONValue]) -> [String: JSONValue]

    /// Claims that only a further question to the provider brings, given what it `said` so far.
    func supplement(
        _ said: [String: JSONValue], with accessToken: Secret, transport: any UpstreamTransport
    ) async throws(ConnectorError) -> ClaimSupplement
}

/// Who says what the issuer of a provider's tokens is called.
enum IssuerSource: Sendable, Hashable {
    case file
    /// The metadata: the file's address leads there, but is not itself the name.
    case metadata
}

/// When a userinfo endpoint is asked, if there is one.
enum UserinfoUse: Sendable, Hashable {
    /// At every login: it knows claims that ID tokens lack.
    case always
    /// Only for tokens that were handed over, to see that both are about one person.
    case handedOverTokens
    case never
}

/// What an access token is to the client that holds it.
enum AccessTokenForm: Sendable, Hashable {
    /// Perhaps a JWT of the same issuer, which is verified too where somebody hands it over.
    case perhapsJWT
    /// Nothing to look into, even where it has the shape of a JWT (RFC 6749 §1.4).
    case opaque
}

/// Claims from beside the ID token and userinfo.
struct ClaimSupplement: Sendable, Hashable {
    var claims: [String: JSONValue] = [:]
    /// What the operator should know is missing, in words for the log.
    var remarks: [String] = []
}

extension OpenIDDialect {
    func publishes(_ issuer: String, as configured: String) -> Bool { issuer.utf8.elementsEqual(configured.utf8) }

    var issuerSource: IssuerSource { .file }

    func requireIssuer(_ issuer: String, of claims: VerifiedClaims) throws(TokenFlaw) {
        try claims.requireIssuer(issuer)
    }

    func answers(as issuer: String, configured: String) -> Bool { publishes(issuer, as: configured) }

    func parameters(for scope: Scope) -> [(name: String, value: String)] { [] }

    func prompt(for freshness: UpstreamAttempt.Freshness) -> String? {
        switch freshness {
        case .any: nil
        case .proveAgain: "login"
        }
    }

    func nonce(_ said: String, answers nonce: String) -> Bool {
        constantTimeEquals(Array(said.utf8), Array(nonce.utf8))
    }

    func subject(of claims: VerifiedClaims) throws(TokenFlaw) -> String { try claims.subject() }

    var userinfo: UserinfoUse { .always }

    var accessTokens: AccessTokenForm { .perhapsJWT }

    var retainedClaims: Set<String> { [] }

    var claimsToldOnce: Set<String> { [] }

    func published(_ scope: Scope) -> Scope { scope }

    func introduction(_ user: ReportedUser) -> [String: JSONValue] { [:] }

    func normalized(_ said: [String: JSONValue]) -> [String: JSONValue] { said }

    func supplement(
        _ said: [String: JSONValue], with accessToken: Secret, transport: any UpstreamTransport
    ) async throws(ConnectorError) -> ClaimSupplement {
        ClaimSupplement()
    }
}

/// A provider that does as OpenID Connect says.
struct StandardDialect: OpenIDDialect, Hashable {}
