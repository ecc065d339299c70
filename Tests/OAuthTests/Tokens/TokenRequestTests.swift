import OAuth
import Testing

@Suite("RFC 6749 §4.1.3, §6: token requests")
struct TokenRequestTests {
    private typealias Fields = [(name: String, value: String)]

    private static let verifier = String(repeating: "v", count: 43)

    private static func read(_ fields: Fields) throws -> TokenRequest {
        try TokenRequest(try FormParameters.fixture(fields))
    }

    private static func codeRequest(verifier: String?, code: String = "c0de") -> Fields {
        let fields: Fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", "https://a.example/cb"),
        ]
        return fields + (verifier.map { [("code_verifier", $0)] } ?? [])
    }

    private static func refreshRequest(scope: String?, token: String = "r") -> Fields {
        let fields: Fields = [("grant_type", "refresh_token"), ("refresh_token", token)]
        return fields + (scope.map { [("scope", $0)] } ?? [])
    }

    @Test("A code request carries code, redirect URI and verifier")
    func code() throws {
        let verifier = try #require(CodeVerifier(Self.verifier))
        let request = try Self.read(Self.codeRequest(verifier: Self.verifier))
        #expect(
            request
                == .authorizationCode(
                    code: Secret("c0de"), redirectURI: "https://a.example/cb", verifier: .presented(verifier)))
        #expect(request.grantType == .authorizationCode)
    }

    @Test(
        "A verifier is judged with the code, so one that is absent or malformed is kept as that",
        arguments: [
            (nil, .absent), ("", .absent), ("short", .malformed), (verifier + "=", .malformed),
            (String(repeating: "v", count: 129), .malformed), (String(repeating: "é", count: 43), .malformed),
        ] as [(String?, TokenRequest.Verifier)])
    func judgedLater(text: String?, expected: TokenRequest.Verifier) throws {
        guard case .authorizationCode(_, _, let verifier) = try Self.read(Self.codeRequest(verifier: text)) else {
            Issue.record("another grant")
            return
        }
        #expect(verifier == expected)
    }

    @Test(
        "A refresh request carries its token and the scope to narrow to",
        arguments: [
            (nil, nil), ("", nil), ("openid", Scope(["openid"])), ("email openid email", Scope(["email", "openid"])),
        ] as [(String?, Scope?)])
    func refresh(text: String?, scope: Scope?) throws {
        let request = try Self.read(Self.refreshRequest(scope: text))
        #expect(request == .refreshToken(token: Secret("r"), scope: scope))
        #expect(request.grantType == .refreshToken)
    }

    @Test("A service asks for itself, with or without a scope", arguments: [nil, "tickets:read"])
    func service(scope: String?) throws {
        let fields = [(name: "grant_type", value: "client_credentials")] + (scope.map { [("scope", $0)] } ?? [])
        let request = try Self.read(fields)
        #expect(request == .clientCredentials(scope: scope.map { Scope([$0]) }))
        #expect(request.grantType == .clientCredentials)
    }

    private static let device = "urn:ietf:params:oauth:grant-type:device_code"

    @Test("A device asks with its code (RFC 8628 §3.4)")
    func device() throws {
        let request = try Self.read([("grant_type", Self.device), ("device_code", "d3v1ce")])
        #expect(request == .deviceCode(Secret("d3v1ce")))
        #expect(request.grantType == .deviceCode)
    }

    private static let long = String(repeating: "x", count: 49_153)

    private static let refused: [(what: String, fields: [(name: String, value: String)], code: OAuthError.Code)] = [
        ("nothing", [], .invalidRequest),
        ("no grant type", [("code", "c")], .invalidRequest),
        ("an empty grant type", [("grant_type", ""), ("code", "c")], .invalidRequest),
        ("a password grant", [("grant_type", "password"), ("password", "p")], .unsupportedGrantType),
        ("an implicit grant", [("grant_type", "implicit")], .unsupportedGrantType),
        ("grant type case", [("grant_type", "Authorization_Code")], .unsupportedGrantType),
        ("a grant type with a space", [("grant_type", "authorization_code ")], .unsupportedGrantType),
        ("no code", [("grant_type", "authorization_code"), ("redirect_uri", "u")], .invalidRequest),
        ("an empty code", codeRequest(verifier: nil, code: ""), .invalidRequest),
        ("no redirect URI", [("grant_type", "authorization_code"), ("code", "c")], .invalidRequest),
        ("no refresh token", [("grant_type", "refresh_token")], .invalidRequest),
        ("an empty refresh token", refreshRequest(scope: nil, token: ""), .invalidRequest),
        ("a code in place of a refresh token", [("grant_type", "refresh_token"), ("code", "c")], .invalidRequest),
        ("a long code", codeRequest(verifier: nil, code: long), .invalidRequest),
        ("a long verifier", codeRequest(verifier: long), .invalidRequest),
        ("a long refresh token", refreshRequest(scope: nil, token: long), .invalidRequest),
        ("two grant types", codeRequest(verifier: nil) + [("grant_type", "authorization_code")], .invalidRequest),
        ("two codes", codeRequest(verifier: nil) + [("code", "c0de")], .invalidRequest),
        ("two verifiers", codeRequest(verifier: verifier) + [("code_verifier", verifier)], .invalidRequest),
        ("two of an unknown parameter", codeRequest(verifier: verifier) + [("x", ""), ("x", "")], .invalidRequest),
        ("a quote in scope", refreshRequest(scope: "a\"b"), .invalidScope),
        ("a tab in scope", refreshRequest(scope: "a\tb"), .invalidScope),
        ("a letter beyond ASCII in scope", refreshRequest(scope: "é"), .invalidScope),
    ]

    @Test("A request that lacks, repeats or bends a parameter is refused (§5.2)", arguments: refused)
    func refuses(what: String, fields: [(name: String, value: String)], code: OAuthError.Code) {
        let error = #expect(throws: OAuthError.self, "\(what)") { try Self.read(fields) }
        #expect(error?.code == code, "\(what)")
    }

    @Test("The longest code and refresh token are accepted, as sealed ones need them")
    func longest() throws {
        let text = String(repeating: "x", count: 49_152)
        #expect(throws: Never.self) { try Self.read(Self.codeRequest(verifier: nil, code: text)) }
        #expect(throws: Never.self) { try Self.read(Self.refreshRequest(scope: nil, token: text)) }
    }

    @Test("A request does not show code or verifier when printed")
    func redacted() throws {
        var dumped = ""
        dump(try Self.read(Self.codeRequest(verifier: Self.verifier)), to: &dumped)
        #expect(!dumped.contains("c0de") && !dumped.contains(Self.verifier))
    }
}
