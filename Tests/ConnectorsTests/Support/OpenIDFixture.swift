import FoundationEssentials
import OAuth

@testable import Connectors

/// An OpenID provider made of stubs, in a time that stands still.
struct OpenIDFixture {
    static let now = Date(timeIntervalSince1970: 1_790_000_000)
    static let issuer = "https://id.example"
    static let authorization = "https://id.example/authorize"
    static let token = "https://id.example/token"
    static let userinfo = "https://id.example/userinfo"
    static let jwks = "https://id.example/keys"
    static let discovery = "https://id.example/.well-known/openid-configuration"
    static let clientID = "drawbridge"
    static let subject = "person-1"
    static let nonce = "n-0S6_WzA2Mj"

    let transport = StubTransport()
    let key = ForgeKey.p256("key-1")

    init() {
        publish()
        transport.answer(Self.jwks, .object(["keys": .array([.object(key.jwk)])]))
        transport.answer(Self.token, status: 400, .object(["error": "invalid_grant"]))
        transport.answer(Self.userinfo, .object(["sub": .string(Self.subject), "name": "Jana Nováková"]))
    }

    /// Publishes metadata, with some members changed.
    func publish(_ changes: [String: JSONValue?] = [:], at place: String = Self.discovery) {
        let document: [String: JSONValue] = [
            "issuer": .string(Self.issuer), "authorization_endpoint": .string(Self.authorization),
            "token_endpoint": .string(Self.token), "userinfo_endpoint": .string(Self.userinfo),
            "jwks_uri": .string(Self.jwks), "response_types_supported": .array(["code"]),
            "code_challenge_methods_supported": .array(["S256"]),
            "id_token_signing_alg_values_supported": .array(["RS256", "ES256"]),
            "authorization_response_iss_parameter_supported": true,
        ]
        transport.answer(place, .object(document.with(changes)))
    }

    /// What the broker knows about the provider.
    func settings(
        authentication: UpstreamClient.Authentication = .basic(Secret("s3cret /+")), claims: ClaimMapping = .init(),
        algorithms: Set<UpstreamAlgorithm> = UpstreamAlgorithm.usual
    ) throws -> UpstreamSettings {
        UpstreamSettings(
            client: UpstreamClient(id: Self.clientID, authentication: authentication),
            issuer: try UpstreamEndpoint(named: Self.issuer), scope: Scope(["openid", "email"]),
            endpoints: NamedEndpoints(), algorithms: algorithms, claims: claims)
    }

    func connector(
        authentication: UpstreamClient.Authentication = .basic(Secret("s3cret /+")), claims: ClaimMapping = .init()
    ) throws -> OIDCConnector {
        OIDCConnector(try settings(authentication: authentication, claims: claims), transport: transport)
    }

    /// The connector of a file with `members` beside its heading and client.
    func connector(ofKind kind: String, _ members: String = "", secret: Bool = true) throws -> OIDCConnector {
        let credential = secret ? #", "client_secret": "s3cret""# : ""
        let text = """
            {"id": "city", "type": "\(kind)", "name": "City", "client_id": "\(Self.clientID)"\(credential)\(members)}
            """
        guard case .oidc(let settings, let kind) = try ProviderFileTests.definition(text).upstream else {
            throw ProviderFileTests.Unusable()
        }
        return OIDCConnector(settings, dialect: kind.dialect, transport: transport)
    }

    /// Completes a login at `connector`; nil where it succeeds.
    func failure(_ connector: OIDCConnector) async throws -> ConnectorError? {
        let attempt = try Self.attempt()
        return await connectorError { () async throws(ConnectorError) in
            try await connector.complete(.code(Secret("c"), issuer: nil), to: attempt, at: Self.now)
        }
    }

    /// What `connector` makes of a login whose ID token says `changes`.
    func login(
        _ connector: OIDCConnector, _ changes: [String: JSONValue?] = [:], user: ReportedUser? = nil
    ) async throws -> UpstreamLogin {
        issue(try idToken(changes))
        return try await connector.complete(
            .code(Secret("c"), issuer: nil, user: user), to: Self.attempt(), at: Self.now)
    }

    /// The parameters with which `connector` sends a browser off.
    func departure(
        _ connector: OIDCConnector, _ freshness: UpstreamAttempt.Freshness = .any
    ) async throws -> FormParameters {
        let url = try await connector.begin(Self.attempt(freshness), at: Self.now)
        return try FormParameters(decoding: Array(url.split(separator: "?", maxSplits: 1)[1].utf8))
    }

    /// The claims of a good ID token.
    static let claims: [String: JSONValue] = [
        "iss": .string(issuer), "sub": .string(subject), "aud": .string(clientID), "nonce": .string(nonce),
        "iat": 1_790_000_000, "exp": 1_790_000_600, "auth_time": 1_789_999_000, "amr": .array(["pwd"]),
        "email": "jana@city.example", "email_verified": "true",
    ]

    func idToken(_ changes: [String: JSONValue?] = [:]) throws -> Secret {
        try ForgedToken(Self.claims.with(changes), signedWith: key).secret()
    }

    /// Lets the token endpoint answer with `idToken`.
    func issue(_ idToken: Secret?, more: [String: JSONValue] = [:]) {
        var answer: [String: JSONValue] = [
            "access_token": "opaque-access", "token_type": "Bearer", "expires_in": 300, "refresh_token": "refresh-1",
        ]
        answer["id_token"] = idToken.map { .string($0.reveal()) }
        transport.answer(Self.token, .object(answer.merging(more) { _, new in new }))
    }

    /// One browser's attempt.
    static func attempt(
        _ freshness: UpstreamAttempt.Freshness = .any, hint: String? = nil
    ) throws -> UpstreamAttempt {
        guard let verifier = CodeVerifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") else {
            throw ConnectorError.misbehaved(cause: "the verifier of RFC 7636 appendix B is not one")
        }
        return UpstreamAttempt(
            state: "sealed-state", nonce: nonce, verifier: verifier,
            callback: "https://login.city.example/login/idp/callback", loginHint: hint, freshness: freshness)
    }

    static let answer = UpstreamAnswer.code(Secret("the-code"), issuer: issuer)
}

/// The error `body` throws, if any.
func connectorError(
    _ body: () async throws(ConnectorError) -> some Any
) async -> ConnectorError? {
    do throws(ConnectorError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
