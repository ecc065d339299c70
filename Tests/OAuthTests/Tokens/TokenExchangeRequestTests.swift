import OAuth
import Testing

@Suite("RFC 8693 §2.1: requests for token exchange")
struct TokenExchangeRequestTests {
    private typealias Fields = [(name: String, value: String)]

    private static let accessToken = "urn:ietf:params:oauth:token-type:access_token"
    private static let complete: Fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", "s"),
        ("subject_token_type", accessToken),
    ]

    private static func read(_ more: Fields, without name: String? = nil) throws -> TokenExchangeRequest {
        let request = try TokenRequest(try FormParameters.fixture(complete.filter { $0.name != name } + more))
        guard case .tokenExchange(let exchange) = request else {
            throw OAuthError(.serverError, "another grant")
        }
        return exchange
    }

    @Test("Several targets of either kind are read, in their order")
    func targets() throws {
        let request = try Self.read([
            ("audience", "google"), ("resource", "https://a.example/"), ("audience", "campus"), ("audience", ""),
            ("resource", "https://b.example/"), ("resource", "https://a.example/"), ("scope", "email"),
        ])
        #expect(request.subjectToken == Secret("s") && request.requested == .accessToken)
        #expect(request.audiences == ["google", "campus"])
        #expect(request.resources.map(\.value) == ["https://a.example/", "https://b.example/"])
        #expect(request.scope == Scope(["email"]))
    }

    @Test("What is wanted can be said", arguments: TokenTypeName.allCases)
    func requested(type: TokenTypeName) throws {
        #expect(try Self.read([("requested_token_type", type.rawValue)]).requested == type)
    }

    private static let refused: [(what: String, more: Fields, without: String?, code: OAuthError.Code)] = [
        ("no subject token", [], "subject_token", .invalidRequest),
        ("an empty subject token", [("subject_token", "")], "subject_token", .invalidRequest),
        ("no type", [], "subject_token_type", .invalidRequest),
        (
            "an ID token", [("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")], "subject_token_type",
            .invalidRequest
        ),
        (
            "a refresh token", [("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token")],
            "subject_token_type", .invalidRequest
        ),
        ("another case", [("subject_token_type", accessToken.uppercased())], "subject_token_type", .invalidRequest),
        ("two subject tokens", [("subject_token", "t")], nil, .invalidRequest),
        ("two scopes", [("scope", "a"), ("scope", "b")], nil, .invalidRequest),
        ("two grant types", [complete[0]], nil, .invalidRequest),
        (
            "a refresh token wanted", [("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")], nil,
            .invalidRequest
        ),
        (
            "SAML wanted", [("requested_token_type", "urn:ietf:params:oauth:token-type:saml2")], nil, .invalidRequest
        ),
        ("an actor without a type", [("actor_token", "a")], nil, .invalidRequest),
        ("a type without an actor", [("actor_token_type", accessToken)], nil, .invalidRequest),
        (
            "an ID token as actor",
            [("actor_token", "a"), ("actor_token_type", "urn:ietf:params:oauth:token-type:id_token")], nil,
            .invalidRequest
        ),
        ("seventeen resources", (1...17).map { ("resource", "a:\($0)") }, nil, .invalidTarget),
        ("a relative resource", [("resource", "/api")], nil, .invalidTarget),
        ("a fragment", [("resource", "https://a.example/#x")], nil, .invalidTarget),
        ("a long resource", [("resource", "https://a.example/" + long)], nil, .invalidTarget),
        ("a long audience", [("audience", long)], nil, .invalidTarget),
        ("nine targets", (1...9).map { ("audience", "a\($0)") }, nil, .invalidRequest),
        ("a quote in scope", [("scope", "\"")], nil, .invalidScope),
    ]

    private static let long = String(repeating: "x", count: 1001)

    @Test("A request that lacks, repeats or bends a parameter is refused (§2.2.2)", arguments: refused.indices)
    func refuses(index: Int) {
        let row = Self.refused[index]
        let error = #expect(throws: OAuthError.self, "\(row.what)") {
            try Self.read(row.more, without: row.without)
        }
        #expect(error?.code == row.code, "\(row.what)")
    }

    @Test("An actor token comes with its type")
    func actor() throws {
        let request = try Self.read([("actor_token", "a"), ("actor_token_type", Self.accessToken)])
        #expect(request.actorToken == Secret("a"))
        #expect(try Self.read([]).actorToken == nil)
    }

    @Test("Resources may be repeated wherever they can be named, and audiences nowhere else (RFC 8707 §2)")
    func elsewhere() throws {
        let named = try FormParameters.fixture([
            ("grant_type", "refresh_token"), ("refresh_token", "r"), ("resource", "a:b"), ("resource", "a:c"),
        ])
        #expect(throws: Never.self) { try TokenRequest(named) }
        #expect(try named.resourceIndicators().map(\.value) == ["a:b", "a:c"])
        let fields = [("grant_type", "refresh_token"), ("refresh_token", "r"), ("audience", "a"), ("audience", "a")]
        let error = #expect(throws: OAuthError.self) { try TokenRequest(try FormParameters.fixture(fields)) }
        #expect(error?.code == .invalidRequest)
    }
}
