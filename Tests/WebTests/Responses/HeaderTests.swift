import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("Headers that every answer carries")
struct HeaderTests {
    private static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .eTag
    private static let ray = HTTPField.Name("Ray-ID") ?? .eTag

    /// Answers of every kind: pages, JSON, redirects, assets, and errors of all layers.
    static let requests: [(HTTPRequest.Method, String)] = [
        (.get, "/"), (.get, "/assets/drawbridge.css"), (.get, "/oauth2/jwks"), (.get, "/oauth2/authorize"),
        (.get, "/login"), (.post, "/oauth2/token"), (.get, "/oauth2/userinfo"), (.get, "/nothing"), (.put, "/login"),
        (.get, "/a;b"), (.get, "/health/live"), (.options, "/oauth2/token"), (.get, "/oauth2/logout"),
        (.get, "/login?payload=%zz"),
    ]

    @Test("On https", arguments: requests)
    func https(method: HTTPRequest.Method, path: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for accept in ["text/html", "*/*"] {
                let headers = try await visitor.send(method, path, headers: [.accept: accept]).headers
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers[.strictTransportSecurity] == "max-age=31536000")
                #expect(headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
                #expect(headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
                #expect(["no-referrer", "same-origin"].contains(headers[Self.referrerPolicy]))
                #expect(headers[Self.ray].flatMap(RayID.init) != nil)
            }
        }
    }

    @Test("On loopback there is no promise of https")
    func loopback() async throws {
        let scene = try await WebScene(issuer: WebScene.loopback)
        try await scene.test { visitor in
            let home = try await visitor.get("/")
            #expect(home.headers[.strictTransportSecurity] == nil)
        }
    }

    @Test("Ray IDs differ from answer to answer")
    func rays() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            var rays: Set<String> = []
            for _ in 0..<10 { rays.insert(try await visitor.get("/nothing").headers[Self.ray] ?? "") }
            #expect(rays.count == 10)
        }
    }

    @Test("An error shows its Ray ID, on the page and in the JSON")
    func errorsShowTheRay() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let page = try await visitor.get("/nothing")
            #expect(page.text.contains(try #require(page.headers[Self.ray])))
            let answer = try await visitor.get("/nothing", accept: "*/*")
            #expect(try answer.json["ray_id"]?.string == answer.headers[Self.ray])
        }
    }

    @Test("No cache keeps what carries a secret", arguments: ["parking", "portal"])
    func noStore(client: String) async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        let client = try Client.registered(client)
        try await scene.test { visitor in
            let request = SampleRequest(client)
            let authorized = try await visitor.get("/oauth2/authorize?" + request.encoded)
            #expect(authorized.headers[.cacheControl] == "no-store")
            let payload = try #require(try authorized.query["payload"])
            let page = try await visitor.get(try #require(authorized.headers[.location]))
            #expect(page.status == .ok)
            #expect(page.headers[.cacheControl] == "no-store")
            let loggedIn = try await visitor.logIn(payload)
            #expect(loggedIn.status == .seeOther)
            #expect(loggedIn.headers[.cacheControl] == "no-store")
            let stranger = visitor.stranger()
            let tokens = try await stranger.redeem(try await stranger.code(for: request), as: client)
            #expect(tokens.status == .ok)
            #expect(tokens.headers[.cacheControl] == "no-store")
            #expect(tokens.headers[.init("Pragma") ?? .eTag] == "no-cache")
            let token = try #require(try tokens.json["access_token"]?.string)
            let info = try await visitor.send(
                .get, "/oauth2/userinfo", headers: [.authorization: "Bearer \(token)"])
            #expect(info.status == .ok)
            #expect(info.headers[.cacheControl] == "no-store")
            for path in ["/oauth2/token", "/oauth2/userinfo", "/login", "/oauth2/authorize", "/nothing"] {
                let error = try await visitor.send(.get, path)
                #expect(error.headers[.cacheControl] == "no-store", "\(path)")
            }
        }
    }

    @Test("A redirect is always 303, so that no browser sends a form on (RFC 9700 §4.12)")
    func redirects() async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            let request = SampleRequest(try .parking)
            #expect(try await visitor.get("/oauth2/authorize?" + request.encoded).status == .seeOther)
            #expect(try await visitor.post("/oauth2/authorize", request.fields).status == .seeOther)
            #expect(try await visitor.logIn(try await visitor.authorize(request)).status == .seeOther)
            let refused = try await visitor.get("/oauth2/authorize?" + request.with("scope", "x").encoded)
            #expect(refused.status == .seeOther)
            #expect(try refused.query["error"] == "invalid_scope")
            #expect(try refused.query["iss"] == WebScene.https)
        }
    }
}
