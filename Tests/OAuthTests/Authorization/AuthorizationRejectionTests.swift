import OAuth
import Testing

@Suite("RFC 6749 §4.1.2.1: refused authorization requests")
struct AuthorizationRejectionTests {
    @Test(
        "Until the redirect URI is known to be the client's, the person sees a page",
        arguments: [
            ("no client", ["client_id": nil], .malformedRequest),
            ("an empty client", ["client_id": ""], .malformedRequest),
            ("an oversized client", ["client_id": String(repeating: "a", count: 129)], .malformedRequest),
            ("a client with a space", ["client_id": "a b"], .unknownClient),
            ("a client with a slash", ["client_id": "../app"], .unknownClient),
            ("a client with a dot before it", ["client_id": ".app"], .unknownClient),
            ("a client in Cyrillic", ["client_id": "\u{430}pp"], .unknownClient),
            ("no redirect URI", ["redirect_uri": nil], .malformedRequest),
            ("an empty redirect URI", ["redirect_uri": ""], .malformedRequest),
            ("an oversized redirect URI", ["redirect_uri": String(repeating: "a", count: 2001)], .malformedRequest),
            ("another's redirect URI", ["redirect_uri": "https://evil.example/callback"], .redirectURINotRegistered),
            ("a longer redirect URI", ["redirect_uri": "https://app.example/callback/x"], .redirectURINotRegistered),
            ("a script", ["redirect_uri": "javascript:alert(1)"], .redirectURINotRegistered),
            (
                "everything else wrong too", ["redirect_uri": "x", "response_type": nil, "request": "e30.e30."],
                .redirectURINotRegistered
            ),
        ] as [(String, [String: String?], AuthorizationRejection.PageReason)])
    func page(what: String, changes: [String: String?], reason: AuthorizationRejection.PageReason) throws {
        let rejection = try AuthorizationRequestFixture.rejection(of: AuthorizationRequestFixture.fields(changes))
        #expect(rejection == .page(reason), "\(what)")
    }

    @Test(
        "A repeated client_id or redirect_uri is a page, even where both are right",
        arguments: [
            ("client_id", "app"), ("client_id", "other"), ("client_id", ""),
            ("redirect_uri", "https://app.example/callback"), ("redirect_uri", "https://evil.example/"),
            ("redirect_uri", ""),
        ])
    func repeatedIdentity(name: String, value: String) throws {
        let fields = AuthorizationRequestFixture.fields()
        for order in [fields + [(name, value)], [(name, value)] + fields] {
            #expect(try AuthorizationRequestFixture.rejection(of: order) == .page(.malformedRequest))
        }
    }

    @Test("A client without redirect URIs never gets one")
    func noRedirects() throws {
        let rejection = try AuthorizationRequestFixture.rejection(
            of: AuthorizationRequestFixture.fields(), client: try .fixture(redirects: []))
        #expect(rejection == .page(.redirectURINotRegistered))
    }

    private static let overlong = String(repeating: "a", count: 2049)

    private static let redirected: [(what: String, changes: [String: String?], code: OAuthError.Code)] = [
        ("no response type", ["response_type": nil], .invalidRequest),
        ("an empty response type", ["response_type": ""], .invalidRequest),
        ("the implicit grant", ["response_type": "token"], .unsupportedResponseType),
        ("an ID token alone", ["response_type": "id_token"], .unsupportedResponseType),
        ("a hybrid flow", ["response_type": "code id_token"], .unsupportedResponseType),
        ("code twice", ["response_type": "code code"], .unsupportedResponseType),
        ("response type case", ["response_type": "Code"], .unsupportedResponseType),
        ("no response", ["response_type": "none"], .unsupportedResponseType),
        ("a response in the fragment", ["response_mode": "fragment"], .invalidRequest),
        ("a response in a JWT", ["response_mode": "query.jwt"], .invalidRequest),
        ("a request object", ["request": "eyJhbGciOiJub25lIn0.e30."], .requestNotSupported),
        ("a long request object", ["request": String(repeating: "a", count: 10_000)], .requestNotSupported),
        ("a request by reference", ["request_uri": "https://evil.example/r"], .requestURINotSupported),
        ("a pushed request", ["request_uri": "urn:ietf:params:oauth:request_uri:x"], .requestURINotSupported),
        ("no challenge", ["code_challenge": nil, "code_challenge_method": nil], .invalidRequest),
        ("a method without a challenge", ["code_challenge": nil], .invalidRequest),
        ("an empty challenge", ["code_challenge": ""], .invalidRequest),
        ("no method, which means plain", ["code_challenge_method": nil], .invalidRequest),
        ("an empty method", ["code_challenge_method": ""], .invalidRequest),
        ("the method plain", ["code_challenge_method": "plain"], .invalidRequest),
        ("method case", ["code_challenge_method": "s256"], .invalidRequest),
        ("an unknown method", ["code_challenge_method": "S512"], .invalidRequest),
        ("a short challenge", ["code_challenge": "abc"], .invalidRequest),
        ("a padded challenge", ["code_challenge": AuthorizationRequestFixture.challenge + "="], .invalidRequest),
        ("an oversized challenge", ["code_challenge": overlong], .invalidRequest),
        ("a quote in scope", ["scope": "open\"id"], .invalidScope),
        ("a backslash in scope", ["scope": "open\\id"], .invalidScope),
        ("a newline in scope", ["scope": "openid\nemail"], .invalidScope),
        ("a letter beyond ASCII in scope", ["scope": "openid émail"], .invalidScope),
        ("a scope of another client", ["scope": "openid admin"], .invalidScope),
        ("scope case", ["scope": "OpenID"], .invalidScope),
        ("an oversized scope", ["scope": overlong], .invalidRequest),
        ("an unknown prompt", ["prompt": "create"], .invalidRequest),
        ("a blank prompt", ["prompt": " "], .invalidRequest),
        ("none with login", ["prompt": "none login"], .invalidRequest),
        ("none with consent", ["prompt": "consent none"], .invalidRequest),
        ("none with select_account", ["prompt": "none select_account"], .invalidRequest),
        ("prompt case", ["prompt": "NONE"], .invalidRequest),
        ("a negative age", ["max_age": "-1"], .invalidRequest),
        ("minus zero", ["max_age": "-0"], .invalidRequest),
        ("a signed age", ["max_age": "+5"], .invalidRequest),
        ("a fraction", ["max_age": "1.5"], .invalidRequest),
        ("an exponent", ["max_age": "1e3"], .invalidRequest),
        ("hexadecimal", ["max_age": "0x10"], .invalidRequest),
        ("a word", ["max_age": "never"], .invalidRequest),
        ("a space", ["max_age": "60 "], .invalidRequest),
        ("Arabic digits", ["max_age": "\u{666}\u{660}"], .invalidRequest),
        ("an age that overflows when added to a time", ["max_age": "9223372036854775807"], .invalidRequest),
        ("an age that overflows", ["max_age": "9223372036854775808"], .invalidRequest),
        ("an age of two thousand digits", ["max_age": String(repeating: "9", count: 2000)], .invalidRequest),
        ("an oversized nonce", ["nonce": String(repeating: "n", count: 2049)], .invalidRequest),
        ("an oversized hint", ["login_hint": String(repeating: "h", count: 257)], .invalidRequest),
        ("an oversized locale list", ["ui_locales": String(repeating: "l", count: 257)], .invalidRequest),
        ("an oversized provider", ["provider": String(repeating: "p", count: 65)], .invalidRequest),
        ("a resource that is not the client's", ["resource": "https://api.example/"], .invalidTarget),
        ("a relative resource", ["resource": "/api"], .invalidTarget),
        ("a resource with a fragment", ["resource": "https://api.example/#x"], .invalidTarget),
        ("an oversized resource", ["resource": "https://" + String(repeating: "r", count: 1000)], .invalidTarget),
        ("a provider that leaves its folder", ["provider": "../local"], .invalidRequest),
        ("a provider with a query", ["provider": "google?x=1"], .invalidRequest),
        ("a provider with a newline", ["provider": "google\r\nX: y"], .invalidRequest),
    ]

    @Test("From the redirect URI on, the client is told, with state and issuer (RFC 9207 §2)", arguments: redirected)
    func redirect(what: String, changes: [String: String?], code: OAuthError.Code) throws {
        let state = "a b&error=none#x"
        let fields = AuthorizationRequestFixture.fields(changes.merging(["state": state]) { change, _ in change })
        let rejection = try AuthorizationRequestFixture.rejection(of: fields)
        guard case .redirect(let response) = rejection else {
            Issue.record("\(what): \(String(describing: rejection))")
            return
        }
        #expect(response.error.code == code, "\(what)")
        #expect(response.redirect.value == "https://app.example/callback")
        #expect(response.state == state)
        let printable = response.error.description.utf8.allSatisfy {
            (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C
        }
        #expect(printable && !response.error.description.isEmpty, "RFC 6749 appendix A.8")
        let location = response.location(issuer: "https://id.example")
        #expect(location.hasPrefix("https://app.example/callback?error=\(code.rawValue)&error_description="))
        #expect(location.hasSuffix("&state=a%20b%26error%3Dnone%23x&iss=https%3A%2F%2Fid.example"))
    }

    @Test(
        "Any other repeated parameter is told by redirect, known or unknown",
        arguments: [
            "response_type", "scope", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age",
            "unknown",
        ])
    func repetition(name: String) throws {
        let fields = AuthorizationRequestFixture.fields(["state": "s", name: "code"]) + [(name, "code")]
        guard case .redirect(let response) = try AuthorizationRequestFixture.rejection(of: fields) else {
            Issue.record("\(name) may be repeated")
            return
        }
        #expect(response.error.code == .invalidRequest && response.state == "s")
    }

    @Test(
        "A state that is repeated or too long is refused and not echoed",
        arguments: [["a", "b"], ["a", "a"], ["", ""], [String(repeating: "s", count: 2049)]])
    func unreadableState(states: [String]) throws {
        let fields = AuthorizationRequestFixture.fields() + states.map { ("state", $0) }
        guard case .redirect(let response) = try AuthorizationRequestFixture.rejection(of: fields) else {
            Issue.record("the state is accepted")
            return
        }
        #expect(response.error.code == .invalidRequest && response.state == nil)
        #expect(!response.location(issuer: "https://id.example").contains("state"))
    }

    @Test("The longest state and nonce are accepted, and the whole allowed scope")
    func longest() throws {
        let request = try AuthorizationRequestFixture.parse([
            "state": String(repeating: "s", count: 2048), "nonce": String(repeating: "n", count: 2048),
            "scope": Client.standardScope.wireValue,
        ])
        #expect(request.state?.utf8.count == 2048 && request.nonce?.utf8.count == 2048)
        #expect(request.scope == Client.standardScope)
    }

    @Test("A client is told at the loopback port it asked from")
    func loopback() throws {
        let fields = AuthorizationRequestFixture.fields([
            "redirect_uri": "http://127.0.0.1:51004/cb?x=1", "response_type": "token",
        ])
        let client = try Client.fixture(redirects: ["http://127.0.0.1/cb?x=1"])
        guard case .redirect(let response) = try AuthorizationRequestFixture.rejection(of: fields, client: client)
        else {
            Issue.record("no redirect")
            return
        }
        #expect(
            response.location(issuer: "i").hasPrefix("http://127.0.0.1:51004/cb?x=1&error=unsupported_response_type&"))
    }

    @Test("A code travels with state and issuer, and without a state that was not given")
    func codeResponse() throws {
        let redirect = try #require(RegisteredRedirect("https://app.example/callback", of: try .fixture()))
        let with = AuthorizationCodeResponse(redirect: redirect, mode: .query, state: "a&b", code: Secret("c+d"))
        #expect(
            with.location(issuer: "https://id.example")
                == "https://app.example/callback?code=c%2Bd&state=a%26b&iss=https%3A%2F%2Fid.example")
        let without = AuthorizationCodeResponse(redirect: redirect, mode: .query, state: nil, code: Secret("c"))
        #expect(without.location(issuer: "i") == "https://app.example/callback?code=c&iss=i")
        #expect(!"\(without)".contains("Secret(\"c\")") && "\(with)".contains("<redacted>"))
    }
}
