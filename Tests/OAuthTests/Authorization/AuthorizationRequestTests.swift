import OAuth
import Testing

@Suite("RFC 6749 §4.1.1: authorization requests")
struct AuthorizationRequestTests {
    @Test("A full request is read, every value in its type")
    func full() throws {
        let request = try AuthorizationRequestFixture.parse([
            "scope": "openid email", "state": "s t&a#te", "nonce": "n-0S6", "prompt": "login", "max_age": "3600",
            "provider": "google", "login_hint": "ann@city.example", "ui_locales": "sk en-GB", "response_mode": "query",
        ])
        #expect(request.clientID.rawValue == "app")
        #expect(request.redirect.value == "https://app.example/callback")
        #expect(request.scope == Scope(["openid", "email"]))
        #expect(request.state == "s t&a#te")
        #expect(request.nonce == "n-0S6")
        #expect(request.challenge.value == AuthorizationRequestFixture.challenge)
        #expect(request.prompt == .login)
        #expect(request.maximumAge == 3600)
        #expect(request.provider?.rawValue == "google")
        #expect(request.loginHint == "ann@city.example")
        #expect(request.uiLocales == ["sk", "en-GB"])
    }

    @Test(
        "The answer comes as it was asked for (Form Post Response Mode §2)",
        arguments: [(nil, .query), ("", .query), ("query", .query), ("form_post", .formPost)]
            as [(String?, ResponseMode)])
    func responseMode(text: String?, mode: ResponseMode) throws {
        let request = try AuthorizationRequestFixture.parse(["response_mode": text])
        #expect(request.responseMode == mode)
        #expect(
            request.granted(Secret("c")).mode == mode && request.refused(OAuthError(.serverError, "x")).mode == mode)
    }

    @Test("A refusal comes by form as well, once the form is known to be wanted")
    func refusedByForm() throws {
        let fields = AuthorizationRequestFixture.fields(["response_mode": "form_post", "scope": "admin"])
        guard case .redirect(let response) = try AuthorizationRequestFixture.rejection(of: fields) else {
            Issue.record("no redirect")
            return
        }
        #expect(response.mode == .formPost)
    }

    @Test("What is not given is absent; what is unknown is ignored (§3.1)")
    func minimal() throws {
        let request = try AuthorizationRequestFixture.parse(["unknown": "x", "state": "", "prompt": "", "max_age": ""])
        #expect(request.state == nil && request.nonce == nil && request.maximumAge == nil)
        #expect(request.provider == nil && request.loginHint == nil && request.uiLocales.isEmpty)
        #expect(request.prompt == .unspecified)
    }

    @Test(
        "Without scope the client learns who is there, as far as it may ask at all (RFC 6749 §3.3)",
        arguments: [
            (Client.standardScope, Scope(["profile", "email"])), (Scope(["openid", "email"]), Scope(["email"])),
            (Scope([]), Scope([])),
        ])
    func defaultScope(allowed: Scope, granted: Scope) throws {
        let client = try Client.fixture(allowedScope: allowed)
        #expect(try AuthorizationRequestFixture.parse([:], client: client).scope == granted)
    }

    @Test("A state of control characters and other scripts comes back byte for byte")
    func state() throws {
        let state = "\u{1}\r\n\t\"'<>\\%00 é e\u{301} 🌉 \u{202E}"
        let request = try AuthorizationRequestFixture.parse(["state": state])
        #expect(request.state.map { Array($0.utf8) } == Array(state.utf8))
    }

    @Test(
        "Every lawful prompt is understood, in any order (OIDC Core §3.1.2.1)",
        arguments: [
            ("none", .none),
            ("login", .login),
            ("consent", .consent),
            ("login consent", .loginAndConsent),
            ("consent login", .loginAndConsent),
            ("login login", .login),
            ("select_account", .selectAccount),
            ("select_account login", .selectAccount),
            ("login select_account", .selectAccount),
            ("select_account consent", .loginAndConsent),
            ("consent select_account login", .loginAndConsent),
        ] as [(String, AuthorizationRequest.Prompt)])
    func prompt(text: String, prompt: AuthorizationRequest.Prompt) throws {
        #expect(try AuthorizationRequestFixture.parse(["prompt": text]).prompt == prompt)
    }

    @Test(
        "max_age may be zero and as long as a lifetime",
        arguments: [("0", 0), ("1", 1), ("007", 7), ("4294967295", 4_294_967_295)])
    func maximumAge(text: String, seconds: Int) throws {
        #expect(try AuthorizationRequestFixture.parse(["max_age": text]).maximumAge == seconds)
    }

    @Test("A payload comes out of its coding as it went in")
    func coding() throws {
        let request = try AuthorizationRequestFixture.parse([
            "scope": "openid", "state": "e\u{301}", "prompt": "consent",
        ])
        let payload = AuthorizationPayload(
            id: PayloadID(rawValue: "p"), request: request, browser: HandleDigest(of: Secret("cookie")),
            ray: RayID(rawValue: 1), issuedAt: 1, expiresAt: 2)
        #expect(try JSON.roundTrip(payload) == payload)
        #expect(payload.renamed(PayloadID(rawValue: "q")).id.rawValue == "q")
        #expect(payload.renamed(payload.id) == payload)
    }
}
