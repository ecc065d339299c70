import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("Logging out over HTTP: asked, linked, and never by HEAD")
struct LogoutOverHTTPTests {
    private static let session = "__Host-drawbridge-session"

    private func signedIn(_ test: @escaping @Sendable (Visitor) async throws -> Void) async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            _ = try await visitor.logIn(try await visitor.authorize(SampleRequest(try .parking)))
            try #require(visitor.cookies[Self.session] != nil)
            try await test(visitor)
        }
    }

    /// Whether the browser's session still answers for it.
    private static func isSignedIn(_ visitor: Visitor) async throws -> Bool {
        let response = try await visitor.get("/oauth2/authorize?" + SampleRequest(try .parking).encoded)
        return try response.query["code"] != nil
    }

    @Test("Another site's link ends nothing: the person is asked, by a link that no form is held to")
    func asked() async throws {
        try await signedIn { visitor in
            let query = FormEncoding.encode([
                ("client_id", "transport"), ("post_logout_redirect_uri", "https://transport.city.example/bye"),
                ("state", "a&b"),
            ])
            let page = try await visitor.get("/oauth2/logout?" + query)
            #expect(page.status == .ok)
            #expect(page.text.contains("Mestská doprava") && page.text.contains("Anna Kováčová"))
            #expect(page.headers[.contentSecurityPolicy]?.contains("form-action 'none'") == true)
            #expect(try await Self.isSignedIn(visitor))
            let gone = try await visitor.get(try #require(page.confirmation))
            #expect(gone.headers[.location] == "https://transport.city.example/bye?state=a%26b")
            #expect(visitor.cookies[Self.session] == nil)
            #expect(try await !Self.isSignedIn(visitor))
        }
    }

    @Test("A client's POST comes from another site: it is asked again as a GET, which has the session")
    func crossSite() async throws {
        try await signedIn { visitor in
            let posted = try await visitor.crossSite(
                .post, "/oauth2/logout",
                headers: [
                    .contentType: "application/x-www-form-urlencoded", .origin: "https://transport.city.example",
                ], body: "client_id=transport&state=s")
            #expect(posted.status == .seeOther)
            #expect(posted.headers[.location] == "/oauth2/logout?client_id=transport&state=s")
        }
    }

    @Test("HEAD is asked as a stranger: it ends no session, and changes nothing in the browser")
    func head() async throws {
        try await signedIn { visitor in
            let page = try await visitor.get("/oauth2/logout")
            let confirmation = try #require(page.confirmation)
            for path in ["/oauth2/logout", confirmation] {
                let response = try await visitor.send(.head, path)
                #expect(response.headers[values: .setCookie].isEmpty)
            }
            #expect(try await Self.isSignedIn(visitor))
            let authorized = try await visitor.send(
                .head, "/oauth2/authorize?" + SampleRequest(try .parking).encoded)
            #expect(try authorized.query["code"] == nil)
            #expect(authorized.headers[values: .setCookie].isEmpty)
        }
    }

    @Test("HEAD on a staged login takes no code")
    func headOnContinue() async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        try await scene.test { visitor in
            let payload = try await visitor.authorize(SampleRequest(try .transport))
            let stored = try await visitor.send(
                .post, "/oauth2/store",
                headers: [.contentType: "application/json", .origin: WebScene.frontEnd],
                body: #"{"payload":"\#(payload)","access_token":"a","id_token":"b","refresh_token":"c"}"#)
            #expect(stored.status == .ok)
            let head = try await visitor.send(.head, "/oauth2/continue?payload=\(payload)")
            #expect(head.headers[.location] == nil)
            let continued = try await visitor.get("/oauth2/continue?payload=\(payload)")
            #expect(continued.headers[.location]?.hasPrefix("/consent?") == true)
        }
    }
}

extension TestResponse {
    /// Where the page's answer "Sign out" leads.
    var confirmation: String? {
        guard let range = text.firstRange(of: "href=\"/oauth2/logout?csrf=") else { return nil }
        return "/oauth2/logout?csrf="
            + text[range.upperBound...].prefix { $0 != "\"" }.replacing("&amp;", with: "&")
    }
}
