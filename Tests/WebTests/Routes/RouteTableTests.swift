import Broker
import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("DESIGN §3: the route table")
struct RouteTableTests {
    /// A route, and how it answers somebody who brings nothing.
    struct Row: CustomTestStringConvertible, Sendable {
        let method: HTTPRequest.Method
        let path: String
        let status: HTTPResponse.Status
        /// The path as the router knows it, where it has a parameter.
        var pattern: String?

        init(_ method: HTTPRequest.Method, _ path: String, _ status: HTTPResponse.Status, as pattern: String? = nil) {
            self.method = method
            self.path = path
            self.status = status
            self.pattern = pattern
        }

        var testDescription: String { "\(method) \(path)" }
    }

    static let rows = [
        Row(.get, "/", .ok),
        Row(.get, "/assets/drawbridge.css", .ok, as: "/assets/{name}"),
        Row(.get, "/oauth2/authorize", .badRequest),
        Row(.post, "/oauth2/authorize", .badRequest),
        Row(.get, "/oauth2/info", .badRequest),
        Row(.options, "/oauth2/info", .noContent),
        Row(.post, "/oauth2/store", .forbidden),
        Row(.options, "/oauth2/store", .noContent),
        Row(.get, "/oauth2/continue", .badRequest),
        Row(.post, "/oauth2/token", .unauthorized),
        Row(.options, "/oauth2/token", .noContent),
        Row(.post, "/oauth2/revoke", .unauthorized),
        Row(.options, "/oauth2/revoke", .noContent),
        Row(.post, "/oauth2/introspect", .unauthorized),
        Row(.post, "/oauth2/register", .unauthorized),
        Row(.get, "/oauth2/register/app", .unauthorized, as: "/oauth2/register/{client}"),
        Row(.put, "/oauth2/register/app", .unauthorized, as: "/oauth2/register/{client}"),
        Row(.delete, "/oauth2/register/app", .unauthorized, as: "/oauth2/register/{client}"),
        Row(.get, "/oauth2/userinfo", .unauthorized),
        Row(.post, "/oauth2/userinfo", .unauthorized),
        Row(.options, "/oauth2/userinfo", .noContent),
        Row(.get, "/api/clients/parking/logins", .unauthorized, as: "/api/clients/{id}/logins"),
        Row(.get, "/oauth2/jwks", .ok),
        Row(.get, "/.well-known/openid-configuration", .ok),
        Row(.get, "/.well-known/oauth-authorization-server", .ok),
        Row(.get, "/oauth2/logout", .ok),
        Row(.post, "/oauth2/logout", .ok),
        Row(.get, "/oauth2/logout/return", .ok),
        Row(.get, "/login", .badRequest),
        Row(.post, "/login/local", .badRequest),
        Row(.get, "/login/google", .badRequest, as: "/login/{provider}"),
        Row(.get, "/login/google/callback", .badRequest, as: "/login/{provider}/callback"),
        Row(.post, "/login/google/callback", .seeOther, as: "/login/{provider}/callback"),
        Row(.post, "/login/google/logout", .badRequest, as: "/login/{provider}/logout"),
        Row(.get, "/consent", .badRequest),
        Row(.post, "/consent", .badRequest),
        Row(.get, "/account", .seeOther),
        Row(.get, "/account/link/google", .badRequest, as: "/account/link/{provider}"),
        Row(.get, "/account/link", .badRequest),
        Row(.post, "/account/link", .badRequest),
        Row(.post, "/account/unlink", .badRequest),
        Row(.post, "/account/sign-out", .badRequest),
        Row(.get, "/verification", .badRequest),
        Row(.post, "/verification", .badRequest),
        Row(.get, "/verification/return", .badRequest),
        Row(.post, "/oauth2/device_authorization", .unauthorized),
        Row(.get, "/device", .ok),
        Row(.post, "/device", .badRequest),
        Row(.get, "/device/confirm", .badRequest),
        Row(.post, "/device/confirm", .badRequest),
        Row(.get, "/device/allowed", .ok),
        Row(.get, "/device/denied", .ok),
        Row(.get, "/health/live", .ok),
        Row(.get, "/health/ready", .ok),
    ]

    private func ask(_ visitor: Visitor, _ method: HTTPRequest.Method, _ path: String) async throws -> TestResponse {
        guard method == .post else { return try await visitor.send(method, path) }
        return try await visitor.post(path, [], headers: [.accept: "*/*"])
    }

    @Test("Each route answers, with a slash at its end or without", arguments: rows)
    func answers(row: Row) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for path in [row.path, row.path == "/" ? "/" : row.path + "/"] {
                let response = try await ask(visitor, row.method, path)
                #expect(response.status == row.status, "\(path): \(response.text)")
                #expect(response.headers[.init("Ray-ID") ?? .eTag]?.count == 16)
            }
        }
    }

    @Test("The router holds these routes and no others, and none that clash")
    func complete() async throws {
        let scene = try await WebScene()
        try scene.router.validate()
        let held = scene.router.routes.map { "\($0.method) \($0.path)" }
        let expected = Self.rows.map { "\($0.method) \($0.pattern ?? $0.path)" }
        #expect(Set(held) == Set(expected))
    }

    @Test("HEAD answers as GET does, without a body", arguments: rows.filter { $0.method == .get })
    func head(row: Row) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.send(.head, row.path)
            #expect(response.status == row.status)
            #expect(response.body.readableBytes == 0)
        }
    }

    static let paths = Set(rows.map(\.path)).sorted()

    @Test("A method that a path does not know is answered 405, with those it knows", arguments: paths)
    func methodNotAllowed(path: String) async throws {
        let scene = try await WebScene()
        let known = Set(
            Self.rows.filter { $0.path == path }.flatMap { $0.method == .get ? [.get, .head] : [$0.method] })
        try await scene.test { visitor in
            let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .options]
            for method in methods where !known.contains(method) {
                for asked in [path, path + "/", "/" + path] {
                    let response = try await ask(visitor, method, asked)
                    #expect(response.status == .methodNotAllowed, "\(method) \(asked)")
                    let allowed = response.headers[.allow]?.split(separator: ", ").map(String.init) ?? []
                    #expect(Set(allowed) == Set(known.map(\.rawValue)), "\(method) \(asked)")
                }
            }
        }
    }

    @Test(
        "What is not there is 404: a page for a browser, JSON for everything else",
        arguments: [
            "/nothing", "/oauth2", "/oauth2/", "/oauth2/Token", "/oauth2/token/x", "/login/google/other",
            "/login/google/callback/x", "/assets/none.css", "/assets/..%2f..%2fPackage.swift", "/assets/../login",
            "/.well-known/", "/health", "/OAUTH2/authorize",
        ])
    func notFound(path: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let page = try await visitor.get(path)
            #expect(page.status == .notFound)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            for accept in ["application/json", "*/*", ""] {
                let answer = try await visitor.get(path, accept: accept)
                #expect(answer.status == .notFound)
                #expect(answer.headers[.contentType] == "application/json")
                #expect(try answer.json["ray_id"] != nil)
            }
            let posted = try await visitor.post(path, [])
            #expect([.notFound, .methodNotAllowed].contains(posted.status))
        }
    }

    @Test(
        "A path with a semicolon is refused wherever it leads (CVE-2026-0976)",
        arguments: [
            "/oauth2/token;x=1", "/login;jsessionid=1", "/;/", "/login/google;x/callback", "/nothing;x",
        ])
    func semicolon(path: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for response in [try await visitor.get(path), try await visitor.post(path, [])] {
                #expect(response.status == .badRequest)
            }
        }
    }

    @Test("Copies of the published keys live as long as the schedule of the keys allows for")
    func keyCopies() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.get("/oauth2/jwks", accept: "*/*")
            #expect(response.headers[.cacheControl] == "public, max-age=\(KeySchedule.cacheTime)")
        }
    }

    @Test(
        "The discovery document names routes that there are (RFC 8414 §2)",
        arguments: [
            "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        ])
    func discovery(path: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.get(path, accept: "*/*")
            #expect(response.headers[.cacheControl] == "public, max-age=300")
            let document = try response.json
            #expect(document["issuer"]?.string == WebScene.https)
            let endpoints = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]
            for name in endpoints {
                let url = try #require(document[name]?.string)
                #expect(url.hasPrefix(WebScene.https + "/"))
                let status = try await visitor.send(.get, String(url.dropFirst(WebScene.https.count))).status
                #expect(status != .notFound, "\(name)")
            }
        }
    }
}
