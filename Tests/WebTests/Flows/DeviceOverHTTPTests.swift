import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("RFC 8628 over HTTP")
struct DeviceOverHTTPTests {
    private static let television = Client(
        id: ClientID(rawValue: "television"), name: "City <Television>", redirectURIs: [],
        authentication: .publicClient, grantTypes: [.deviceCode], allowedScope: Scope(["openid", "email"]),
        tokenProfile: .jwt, consent: .firstParty)

    private func scene(frontEnd: String? = nil) async throws -> WebScene {
        let scene = try await WebScene(frontEnd: frontEnd)
        try await scene.broker.register(Self.television)
        try await scene.broker.enrol(.anna)
        return scene
    }

    private func start(_ visitor: Visitor) async throws -> [String: JSONValue] {
        let response = try await visitor.stranger().post(
            "/oauth2/device_authorization", [("client_id", "television"), ("scope", "openid email")],
            headers: [.accept: "*/*"])
        #expect(response.status == .ok)
        #expect(response.headers[.cacheControl] == "no-store")
        #expect(response.headers[.contentType] == "application/json")
        return try response.json
    }

    private func poll(_ visitor: Visitor, _ device: [String: JSONValue]) async throws -> TestResponse {
        try await visitor.stranger().post(
            "/oauth2/token",
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", "television"),
                ("device_code", try #require(device["device_code"]?.string)),
            ], headers: [.accept: "*/*"])
    }

    private func enter(_ visitor: Visitor, _ code: String) async throws -> TestResponse {
        let page = try await visitor.get("/device")
        return try await visitor.post(
            "/device", [("user_code", code), ("csrf", try #require(page.field("csrf")))])
    }

    /// From the device's code to the question.
    private func question(_ visitor: Visitor, _ device: [String: JSONValue]) async throws -> (String, TestResponse) {
        var step = try await enter(visitor, try #require(device["user_code"]?.string))
        if let location = step.headers[.location], location.hasPrefix("/login?") {
            step = try await visitor.logIn(try #require(try step.query["payload"]))
        }
        let path = try #require(step.headers[.location])
        #expect(path.hasPrefix("/device/confirm?payload="))
        return (path, try await visitor.get(path))
    }

    @Test("From the device's link over code, login and question to the tokens")
    func wholeWay() async throws {
        try await scene().test { visitor in
            let device = try await start(visitor)
            #expect(try await poll(visitor, device).json["error"] == "authorization_pending")
            let link = try #require(device["verification_uri_complete"]?.string)
            let page = try await visitor.get(String(link.dropFirst(WebScene.https.count)))
            let code = try #require(device["user_code"]?.string)
            #expect(page.text.contains("value=\"\(code)\""), "Typed for the person, and no more than that.")
            let (_, question) = try await question(visitor, device)
            #expect(question.status == .ok)
            #expect(question.text.contains("<code>\(code)</code>"))
            #expect(question.text.contains("City &lt;Television&gt;"))
            #expect(question.text.contains("Is that device in front of you?"))
            let done = try await visitor.post(
                "/device/confirm",
                [
                    ("payload", try #require(question.field("payload"))),
                    ("csrf", try #require(question.field("csrf"))), ("decision", "allow"),
                ])
            #expect(done.status == .seeOther && done.headers[.location] == "/device/allowed")
            let tokens = try await poll(visitor, device)
            #expect(tokens.status == .ok)
            #expect(Set(try tokens.json.keys) == ["access_token", "token_type", "expires_in", "scope", "id_token"])
        }
    }

    @Test("A device that was turned away is told so as any error of the token endpoint is (RFC 6749 §5.2)")
    func turnedAway() async throws {
        try await scene().test { visitor in
            let device = try await start(visitor)
            let (_, question) = try await question(visitor, device)
            let done = try await visitor.post(
                "/device/confirm",
                [
                    ("payload", try #require(question.field("payload"))),
                    ("csrf", try #require(question.field("csrf"))), ("decision", "deny"),
                ])
            #expect(done.headers[.location] == "/device/denied")
            let answer = try await poll(visitor, device)
            #expect(answer.status == .badRequest)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(try answer.json["error"] == "access_denied")
        }
    }

    @Test("Every page of it is the broker's own: not framed, not kept, forms to nowhere else")
    func headers() async throws {
        try await scene().test { visitor in
            let (_, question) = try await question(visitor, try await start(visitor))
            for page in [try await visitor.get("/device"), question, try await visitor.get("/device/denied")] {
                #expect(page.headers[.cacheControl] == "no-store")
                #expect(page.headers[.init("X-Frame-Options") ?? .eTag] == "DENY")
                let policy = page.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"))
                #expect(policy.contains("form-action 'self';") || policy.contains("form-action 'none';"))
            }
        }
    }

    @Test("Where a login front end leads, the form may be sent on to it")
    func frontEnd() async throws {
        try await scene(frontEnd: WebScene.frontEnd).test { visitor in
            let page = try await visitor.get("/device")
            #expect(page.headers[.contentSecurityPolicy]?.contains("form-action 'self' https:;") == true)
            let step = try await enter(visitor, try #require(try await start(visitor)["user_code"]?.string))
            #expect(step.headers[.location]?.hasPrefix(WebScene.frontEnd + "/login?") == true)
        }
    }

    @Test("A wrong code shows the form again with what was typed, and one too many says how long to wait")
    func wrongCodes() async throws {
        try await scene().test { visitor in
            // Each try takes this visitor two seconds, so the waits of one and two are over when the next one comes.
            for _ in 0..<7 {
                let page = try await enter(visitor, "zzzz-zzzz")
                #expect(page.status == .badRequest)
                #expect(page.text.contains("role=\"alert\"") && page.text.contains("value=\"zzzz-zzzz\""))
            }
            let page = try await enter(visitor, "zzzz-zzzz")
            #expect(page.status == .tooManyRequests)
            #expect(page.headers[.retryAfter] == "2")
            let typed = try await enter(visitor, "\"><script>alert(1)</script>")
            #expect(typed.status == .badRequest)
            #expect(!typed.text.contains("<script>alert"))
        }
    }

    @Test("No other site can have a code entered or a device let in")
    func crossSite() async throws {
        try await scene().test { visitor in
            let device = try await start(visitor)
            let code = try #require(device["user_code"]?.string)
            let (path, question) = try await question(visitor, device)
            let form: HTTPFields = [
                .contentType: "application/x-www-form-urlencoded", .origin: "https://evil.example",
                .accept: "text/html",
            ]
            let fields: [(name: String, value: String)] = [
                ("payload", try #require(question.field("payload"))),
                ("csrf", try #require(question.field("csrf"))), ("decision", "allow"), ("user_code", code),
            ]
            for target in ["/device", "/device/confirm"] {
                let body = FormEncoding.encode(fields)
                let blind = try await visitor.crossSite(.post, target, headers: form, body: body)
                #expect(blind.status == .badRequest)
                for missing in ["csrf", "payload", "decision"] where target != "/device" || missing == "csrf" {
                    let rest = fields.filter { $0.name != missing }
                    #expect(try await visitor.post(target, rest).status == .badRequest, "\(target) \(missing)")
                }
            }
            #expect(try await visitor.stranger().get(path).status == .badRequest, "Another browser's.")
            #expect(try await poll(visitor, device).json["error"] == "authorization_pending")
        }
    }

    @Test(
        "A link with something else than a code in it shows an empty form",
        arguments: ["AAAA-AAAA", "%3Cscript%3E", "x", "BCDF-GHJK&user_code=ZZZZ-ZZZZ", ""])
    func otherLinks(query: String) async throws {
        try await scene().test { visitor in
            let page = try await visitor.get("/device?user_code=\(query)")
            #expect(page.status == .ok)
            #expect(page.text.contains("name=\"user_code\" type=\"text\" value=\"\""))
        }
    }
}
