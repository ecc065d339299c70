import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("CORS: which other origins' scripts may read an answer")
struct CORSTests {
    /// What an origin is told.
    enum Grant: Equatable {
        case anyone
        case withCookies
        case nothing
    }

    private func grant(_ response: TestResponse, origin: String) -> Grant? {
        let credentials = response.headers[.accessControlAllowCredentials]
        switch response.headers[.accessControlAllowOrigin] {
        case nil: return credentials == nil ? .nothing : nil
        case "*": return credentials == nil ? .anyone : nil
        case origin: return credentials == "true" ? .withCookies : nil
        default: return nil
        }
    }

    private static let frontEnd = WebScene.frontEnd
    private static let stranger = "https://evil.example"

    static let routes: [(HTTPRequest.Method, String, String, Grant)] = [
        (.post, "/oauth2/token", stranger, .anyone), (.options, "/oauth2/token", stranger, .anyone),
        (.post, "/oauth2/revoke", stranger, .anyone), (.options, "/oauth2/revoke", stranger, .anyone),
        (.post, "/oauth2/introspect", stranger, .nothing),
        (.get, "/api/clients/parking/logins", stranger, .nothing),
        (.post, "/oauth2/register", stranger, .nothing), (.get, "/oauth2/register/app", frontEnd, .nothing),
        (.get, "/oauth2/userinfo", stranger, .anyone), (.options, "/oauth2/userinfo", stranger, .anyone),
        (.get, "/oauth2/jwks", stranger, .anyone), (.get, "/.well-known/openid-configuration", stranger, .anyone),
        (.get, "/oauth2/info", frontEnd, .withCookies), (.options, "/oauth2/info", frontEnd, .withCookies),
        (.post, "/oauth2/store", frontEnd, .withCookies), (.options, "/oauth2/store", frontEnd, .withCookies),
        (.get, "/oauth2/info", stranger, .nothing), (.options, "/oauth2/info", stranger, .nothing),
        (.post, "/oauth2/store", stranger, .nothing), (.options, "/oauth2/store", stranger, .nothing),
        (.post, "/oauth2/store", "null", .nothing), (.options, "/oauth2/store", frontEnd + ".evil.example", .nothing),
        (.options, "/oauth2/store", "http://login.city.example", .nothing),
        (.get, "/oauth2/authorize", stranger, .nothing), (.get, "/oauth2/authorize", frontEnd, .nothing),
        (.get, "/oauth2/continue", frontEnd, .nothing), (.get, "/login", frontEnd, .nothing),
        (.post, "/login/local", frontEnd, .nothing), (.get, "/consent", frontEnd, .nothing),
        (.post, "/consent", frontEnd, .nothing), (.get, "/oauth2/logout", frontEnd, .nothing),
        (.post, "/oauth2/device_authorization", stranger, .nothing), (.post, "/device", stranger, .nothing),
        (.get, "/device", frontEnd, .nothing), (.post, "/device/confirm", frontEnd, .nothing),
        (.get, "/", stranger, .nothing), (.get, "/nothing", stranger, .nothing),
    ]

    @Test("Each route, errors included", arguments: routes)
    func table(method: HTTPRequest.Method, path: String, origin: String, expected: Grant) async throws {
        let scene = try await WebScene(frontEnd: Self.frontEnd)
        try await scene.test { visitor in
            let response = try await visitor.send(method, path, headers: [.origin: origin])
            #expect(grant(response, origin: origin) == expected, "\(response.head)")
        }
    }

    @Test(
        "A preflight names methods, headers and how long it holds",
        arguments: [
            ("/oauth2/revoke", "POST"),
            ("/oauth2/token", "POST"), ("/oauth2/userinfo", "GET, POST"), ("/oauth2/info", "GET"),
            ("/oauth2/store", "POST"),
        ])
    func preflight(path: String, methods: String) async throws {
        let scene = try await WebScene(frontEnd: Self.frontEnd)
        try await scene.test { visitor in
            let headers = try await visitor.send(.options, path, headers: [.origin: Self.frontEnd]).headers
            #expect(headers[.accessControlAllowMethods] == methods)
            #expect(headers[.accessControlAllowHeaders] == "Authorization, Content-Type")
            #expect(headers[.accessControlMaxAge] == "600")
        }
    }

    @Test("Where the answer depends on the origin, caches are told", arguments: ["/oauth2/info", "/oauth2/store"])
    func vary(path: String) async throws {
        let scene = try await WebScene(frontEnd: Self.frontEnd)
        try await scene.test { visitor in
            for origin in [Self.frontEnd, Self.stranger] {
                let response = try await visitor.send(.options, path, headers: [.origin: origin])
                #expect(response.headers[.vary] == "Origin")
            }
        }
    }

    @Test("Without a front end no origin may use its routes")
    func noFrontEnd() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.send(.options, "/oauth2/store", headers: [.origin: Self.frontEnd])
            #expect(grant(response, origin: Self.frontEnd) == .nothing)
        }
    }

    @Test(
        "A front end that was configured with its port or in capitals is the origin browsers name",
        arguments: [
            "https://login.city.example:443", "https://Login.City.Example/app/",
        ])
    func normalised(frontEnd: String) async throws {
        let scene = try await WebScene(frontEnd: frontEnd)
        try await scene.test { visitor in
            let response = try await visitor.send(.options, "/oauth2/store", headers: [.origin: Self.frontEnd])
            #expect(grant(response, origin: Self.frontEnd) == .withCookies)
        }
    }
}
