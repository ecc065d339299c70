import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("RFC 6265bis: cookies")
struct CookieTests {
    /// What cookies are called and how they are set, by how the broker is reached.
    static let transports = [
        (WebScene.https, "__Host-", ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] as Set<String>),
        (WebScene.loopback, "", ["Path=/", "HttpOnly", "SameSite=Lax"]),
    ]

    @Test("The binding and the session cookie", arguments: transports)
    func attributes(issuer: String, prefix: String, attributes: Set<String>) async throws {
        let scene = try await WebScene(issuer: issuer)
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            let request = SampleRequest(try .parking)
            let authorized = try await visitor.get("/oauth2/authorize?" + request.encoded)
            #expect(authorized.cookieAttributes("\(prefix)drawbridge-browser") == attributes)
            let loggedIn = try await visitor.logIn(try #require(try authorized.query["payload"]))
            #expect(loggedIn.cookieAttributes("\(prefix)drawbridge-session") == attributes)
            #expect(loggedIn.headers[values: .setCookie].count == 1)
            let asked = try await visitor.get("/oauth2/logout")
            let loggedOut = try await visitor.get(try #require(asked.confirmation))
            #expect(
                loggedOut.cookieAttributes("\(prefix)drawbridge-session") == attributes.union(["Max-Age=0"]))
            #expect(visitor.cookies["\(prefix)drawbridge-session"] == nil)
        }
    }

    @Test("Who asks to be remembered gets a session cookie that stays", arguments: transports)
    func remembered(issuer: String, prefix: String, attributes: Set<String>) async throws {
        let scene = try await WebScene(issuer: issuer)
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            let payload = try await visitor.authorize(SampleRequest(try .parking))
            let response = try await visitor.post(
                "/login/local",
                [
                    ("payload", payload), ("username", "anna"), ("remember", "on"),
                    ("password", BrokerFixture.password(of: .anna).reveal()),
                ])
            #expect(
                response.cookieAttributes("\(prefix)drawbridge-session")
                    == attributes.union(["Max-Age=\(30 * 86400)"]))
        }
    }

    @Test("A binding cookie is set once and kept")
    func bindingIsKept() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let request = "/oauth2/authorize?" + SampleRequest(try .parking).encoded
            #expect(try await visitor.get(request).headers[.setCookie] != nil)
            #expect(try await visitor.get(request).headers[.setCookie] == nil)
        }
    }

    @Test(
        "A binding cookie that is none of ours, or sent twice, is replaced",
        arguments: [
            "__Host-drawbridge-browser=short", "__Host-drawbridge-browser=", "__Host-drawbridge-browser=%00",
            "__Host-drawbridge-browser=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; "
                + "__Host-drawbridge-browser=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA",
            "drawbridge-browser=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ])
    func strangeCookies(cookie: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.crossSite(
                .get, "/oauth2/authorize?" + SampleRequest(try .parking).encoded, headers: [.cookie: cookie])
            #expect(response.cookieAttributes("__Host-drawbridge-browser") != nil)
        }
    }

    @Test(
        "A binding cookie is found beside any others",
        arguments: [
            "%@", " %@", "%@;", "a=b; %@; c=d", "a=b;%@;c", ";;  %@", "__Host-drawbridge-browser; %@",
            "__Host-drawbridge-browser2=x; x__Host-drawbridge-browser=y; %@", "=; %@; é=é",
            "__HOST-drawbridge-browser=x; %@",
        ])
    func amongOthers(cookies: String) async throws {
        let ours = "__Host-drawbridge-browser=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.crossSite(
                .get, "/oauth2/authorize?" + SampleRequest(try .parking).encoded,
                headers: [.cookie: cookies.replacing("%@", with: ours)])
            #expect(response.status == .seeOther || response.status == .found)
            #expect(response.cookieAttributes("__Host-drawbridge-browser") == nil)
        }
    }

    @Test("A session spares the next login, and only in its browser")
    func singleSignOn() async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            _ = try await visitor.code(for: SampleRequest(try .parking))
            let again = try await visitor.get("/oauth2/authorize?" + SampleRequest(try .parking).encoded)
            #expect(try again.query["code"] != nil)
            let stranger = try await visitor.stranger().get(
                "/oauth2/authorize?" + SampleRequest(try .parking).encoded)
            #expect(stranger.headers[.location]?.hasPrefix("/login?") == true)
        }
    }

    @Test("A request from another site by POST neither loses the session nor unbinds what is under way")
    func crossSitePost() async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            let underWay = try await visitor.authorize(SampleRequest(try .parking))
            let request = SampleRequest(try .portal)
            let answer = try await visitor.crossSite(
                .post, "/oauth2/authorize",
                headers: [
                    .contentType: "application/x-www-form-urlencoded", .origin: "https://portal.city.example",
                ],
                body: request.encoded)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.setCookie] == nil)
            let location = try #require(answer.headers[.location])
            #expect(location.hasPrefix("/oauth2/authorize?"))
            #expect(try await visitor.get(location).headers[.location]?.hasPrefix("/login?") == true)
            #expect(try await visitor.logIn(underWay).status == .seeOther)
        }
    }
}
