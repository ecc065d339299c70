import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("The broker's own pages and callbacks")
struct BrokerLedOverHTTPTests {
    private func leave(_ visitor: Visitor, for provider: String, _ client: Client) async throws -> String {
        let payload = try await visitor.authorize(SampleRequest(client))
        let response = try await visitor.get("/login/\(provider)?payload=\(payload)")
        #expect(response.status == .seeOther)
        return try #require(try response.query["state"])
    }

    @Test("A provider's answer comes back by GET")
    func callback() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let state = try await leave(visitor, for: "google", try .parking)
            let response = try await visitor.get("/login/google/callback?state=\(state)&code=upstream-code")
            #expect(try response.query["code"] != nil)
            #expect(visitor.cookies["__Host-drawbridge-session"] != nil)
        }
    }

    @Test("A cross-site POST of it is sent once more as GET, which has the cookies; nothing else is done with it")
    func formPost() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let state = try await leave(visitor, for: "google", try .parking)
            let answer = try await visitor.crossSite(
                .post, "/login/google/callback", headers: [.contentType: "application/x-www-form-urlencoded"],
                body: FormEncoding.encode([
                    ("state", state), ("code", "a+b/c&d"), ("user", "{}"), ("iss", "https://upstream.example"),
                ]))
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.setCookie] == nil)
            #expect(scene.broker.catalogue.google.record.completed.isEmpty)
            let location = try #require(answer.headers[.location])
            #expect(location.hasPrefix("/login/google/callback?"))
            #expect(try answer.query["code"] == "a+b/c&d")
            #expect(try answer.query["user"] == nil)
            #expect(try await visitor.get(location).query["code"] != nil)
        }
    }

    @Test("Of what Apple says about the person, the name goes on and the address does not")
    func reportedUser() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let state = try await leave(visitor, for: "google", try .parking)
            let user = #"{"name":{"firstName":"Anna","lastName":"& Co"},"email":"root@city.example"}"#
            let answer = try await visitor.crossSite(
                .post, "/login/google/callback", headers: [.contentType: "application/x-www-form-urlencoded"],
                body: FormEncoding.encode([("state", state), ("code", "c"), ("user", user), ("id_token", "t")]))
            let location = try #require(answer.headers[.location])
            #expect(!location.contains("root"))
            #expect(!location.contains("id_token"))
            let text = try #require(try answer.query["user"])
            let passedOn = try #require(ReportedUser(parsing: text))
            #expect(passedOn.name == ReportedUser.Name(firstName: "Anna", lastName: "& Co"))
            #expect(try await visitor.get(location).query["code"] != nil)
        }
    }

    @Test(
        "A provider's name in the path cannot lead elsewhere",
        arguments: [
            "%2f%2fevil.example", "..%2f..", "a%0d%0aSet-Cookie:x", "%3f",
        ])
    func providerInPath(name: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.post("/login/\(name)/callback", [("state", "s"), ("code", "c")])
            let location = response.headers[.location]
            #expect(location == nil || location?.hasPrefix("/login/") == true)
            #expect(location?.contains("\r") != true)
            #expect(location?.hasPrefix("//") != true)
            #expect(response.headers[.setCookie] == nil)
        }
    }

    @Test(
        "A callback that is incomplete, or says something twice, is malformed",
        arguments: [
            "", "?state=x", "?code=x", "?state=x&state=x&code=y", "?state=x&code=y&code=y", "?error=x",
            "?state=%zz&code=x",
        ])
    func incomplete(query: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.get("/login/google/callback\(query)")
            #expect(response.status == .badRequest)
        }
    }

    @Test("An answer that says too much does not count as one that says less", arguments: ["iss", "error"])
    func tooLong(name: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let state = try await leave(visitor, for: "google", try .parking)
            let answer = "state=\(state)&code=c"
            let long = "\(answer)&\(name)=\(String(repeating: "x", count: 2049))"
            let refused = try await visitor.get("/login/google/callback?\(long)")
            #expect(refused.status == .badRequest)
            #expect(scene.broker.catalogue.google.record.completed.isEmpty)
            #expect(try await visitor.get("/login/google/callback?\(answer)").query["code"] != nil)
        }
    }

    @Test("A form that says too much is not sent on", arguments: ["iss", "error", "state"])
    func tooLongForm(name: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let fields = [(name: "code", value: "c"), (name, String(repeating: "x", count: 16_385))]
            let response = try await visitor.post("/login/google/callback", fields)
            #expect(response.status == .badRequest)
        }
    }

    @Test("A person who cancelled at the provider is told so, not its words")
    func cancelled() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let state = try await leave(visitor, for: "google", try .parking)
            let response = try await visitor.get(
                "/login/google/callback?state=\(state)&error=access_denied&error_description=%3Cb%3Ewords%3C%2Fb%3E")
            #expect(response.status == .forbidden)
            #expect(response.text.contains("Google"))
            #expect(!response.text.contains("words"))
        }
    }

    @Test("A wrong password shows the form again with 401, and does not show it")
    func wrongPassword() async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            let payload = try await visitor.authorize(SampleRequest(try .parking))
            func attempt() async throws -> TestResponse {
                try await visitor.post(
                    "/login/local", [("payload", payload), ("username", "anna"), ("password", "typed-password")])
            }
            let response = try await attempt()
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] == nil)
            #expect(response.field("payload") == payload)
            #expect(response.text.contains("anna"))
            #expect(!response.text.contains("typed-password"))
            for _ in 0..<5 { _ = try await attempt() }
            let locked = try await attempt()
            #expect(locked.status == .tooManyRequests)
            #expect(locked.headers[.retryAfter].flatMap(Int.init) ?? 0 > 0)
        }
    }

    @Test(
        "A form without name or password is shown again",
        arguments: [
            [("username", "anna")], [("password", "p")], [("username", "anna"), ("password", "")],
            [("username", "anna"), ("password", "p"), ("password", "q")],
        ] as [[(name: String, value: String)]])
    func incompleteForm(fields: [(name: String, value: String)]) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let payload = try await visitor.authorize(SampleRequest(try .parking))
            let response = try await visitor.post("/login/local", fields + [("payload", payload)])
            #expect(response.status == .badRequest)
            #expect(response.field("payload") == payload)
        }
    }

    @Test("Deny goes back to the client with access_denied; an answer without its token goes nowhere")
    func deny() async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            let loggedIn = try await visitor.logIn(try await visitor.authorize(SampleRequest(try .portal)))
            let page = try await visitor.get(try #require(loggedIn.headers[.location]))
            let fields = [
                (name: "payload", value: try #require(page.field("payload"))),
                ("csrf", try #require(page.field("csrf"))),
            ]
            for incomplete in [[fields[0], ("decision", "allow")], fields, fields + [("decision", "maybe")]] {
                #expect(try await visitor.post("/consent", incomplete).status == .badRequest)
            }
            let forged = try await visitor.post(
                "/consent", [fields[0], ("csrf", "forged"), ("decision", "allow")])
            #expect(forged.status == .badRequest)
            #expect(forged.headers[.location] == nil)
            let denied = try await visitor.post("/consent", fields + [("decision", "deny")])
            #expect(try denied.query["error"] == "access_denied")
            #expect(try denied.query["state"] == "state-of-client")
            #expect(denied.headers[.location]?.hasPrefix("https://portal.city.example/back?from=broker&error=") == true)
        }
    }

    @Test(
        "Logging out returns to a URI that is registered character by character, and to no other",
        arguments: [
            ("https://transport.city.example/bye", true), ("https://transport.city.example/bye/", false),
            ("https://evil.example/", false), ("javascript:alert(1)", false), ("", false),
        ])
    func logout(uri: String, returns: Bool) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let query = FormEncoding.encode([
                ("client_id", "transport"), ("post_logout_redirect_uri", uri), ("state", "a b"),
            ])
            let response = try await visitor.get("/oauth2/logout?" + query)
            #expect(response.status == (returns ? .seeOther : .ok))
            #expect(response.headers[.location] == (returns ? uri + "?state=a%20b" : nil))
        }
    }
}
