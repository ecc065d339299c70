import BrokerTesting
import Connectors
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import OAuth
import Testing
import Web

@Suite("DESIGN §9.4: what the log holds, and what it never does")
struct LogTests {
    private func lines(_ scene: WebScene) -> [String] {
        scene.log.entries.map { "\($0.level) \($0.message) \($0.metadata)" }
    }

    @Test("A line for each request: Ray ID, method, path, status, address, and no query")
    func requestLines() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.send(.get, "/oauth2/authorize?client_id=in-the-query")
            let ray = try #require(response.headers[.init("Ray-ID") ?? .eTag])
            let entry = try #require(scene.log.entries.last)
            #expect(entry.level == .info)
            #expect(entry.message == "Request")
            #expect(entry.metadata["ray_id"] == "\(ray)")
            #expect(entry.metadata["http.method"] == "GET")
            #expect(entry.metadata["http.path"] == "/oauth2/authorize")
            #expect(entry.metadata["http.status"] == "400")
            #expect(entry.metadata["client.address"] != nil)
        }
        #expect(!lines(scene).contains { $0.contains("in-the-query") })
    }

    @Test("Even at trace no secret of any flow is written")
    func noSecrets() async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            // The broker's own way, with a wrong password first.
            let local = SampleRequest(try .parking).with("provider", "local")
            let payload = try await visitor.authorize(local)
            _ = try await visitor.post(
                "/login/local", [("payload", payload), ("username", "typed-name"), ("password", "typed-password")])
            let code = try #require(try await visitor.logIn(payload).query["code"])
            let tokens = try await visitor.redeem(code, as: try .parking)
            _ = try await visitor.redeem(code, as: try .parking)
            let access = try #require(try tokens.json["access_token"]?.string)
            _ = try await visitor.send(.get, "/oauth2/userinfo", headers: [.authorization: "Bearer \(access)"])
            _ = try await visitor.post("/oauth2/token", [("client_id", "portal"), ("client_secret", "typed-secret")])
            // The bridge, refused once.
            let bridged = try await visitor.authorize(SampleRequest(try .transport))
            let headers: HTTPFields = [.contentType: "application/json", .origin: WebScene.frontEnd]
            let body = #"{"payload":"\#(bridged)","access_token":"handed-over-token"}"#
            scene.broker.catalogue.pool.answer { $0.verification = .failure(.untrusted(.signature)) }
            _ = try await visitor.send(.post, "/oauth2/store", headers: headers, body: body)
            scene.broker.catalogue.pool.answer { $0.verification = .success(.sample(.anna, at: Fixtures.pool)) }
            _ = try await visitor.send(.post, "/oauth2/store", headers: headers, body: body)
            _ = try await visitor.get("/oauth2/continue?payload=\(bridged)")
            // A provider's answer, refused.
            let chosen = try await visitor.authorize(SampleRequest(try .parking).with("provider", "google"))
            let left = try await visitor.get("/login/google?payload=\(chosen)")
            let state = try #require(try left.query["state"])
            scene.broker.catalogue.google.answer { $0.login = .failure(.untrusted(.nonce)) }
            _ = try await visitor.get("/login/google/callback?state=\(state)&code=upstream-code")

            let secrets =
                [
                    payload, code, access, bridged, chosen, state, "typed-password", "typed-name", "typed-secret",
                    "handed-over-token", "upstream-code", "state-of-client", "nonce-of-client",
                    Fixtures.verifier.secret.reveal(), BrokerFixture.password(of: .anna).reveal(),
                ] + visitor.cookies.values
            let lines = lines(scene)
            for secret in secrets {
                #expect(!lines.contains { $0.contains(secret) })
            }
            #expect(lines.contains { $0.contains("untrusted") || $0.contains("signature") })
            #expect(lines.contains { $0.contains("nonce") })
        }
    }

    @Test("Refusing a bad request is no fault of ours: nothing above info")
    func levels() async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for path in ["/nothing", "/oauth2/authorize", "/login?payload=x", "/oauth2/userinfo", "/a;b"] {
                _ = try await visitor.send(.get, path)
            }
            _ = try await visitor.post("/oauth2/token", [("client_id", "nobody"), ("client_secret", "x")])
        }
        #expect(scene.log.entries.allSatisfy { $0.level <= .info })
    }
}
