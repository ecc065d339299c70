import BrokerTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("The login front end's routes")
struct BridgeOverHTTPTests {
    private static let json: HTTPFields = [.contentType: "application/json", .origin: WebScene.frontEnd]

    private static func body(_ payload: String) -> String {
        #"{"payload":"\#(payload)","access_token":"pool-access","id_token":"pool-id","refresh_token":"pool-refresh"}"#
    }

    private static func backEnd(_ id: String, _ secret: String) -> HTTPFields {
        [
            .contentType: "application/json",
            .authorization: "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString(),
        ]
    }

    @Test("From the client's redirect to userinfo, with a front end on the same site")
    func wholeBridge() async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        try await scene.test { visitor in
            let payload = try await visitor.authorize(SampleRequest(try .transport))
            let info = try await visitor.send(.get, "/oauth2/info?payload=\(payload)", headers: Self.json)
            #expect(try info.json["client_name"]?.string == "Mestská doprava „Linka“")
            #expect(try info.json["client_id"]?.string == "transport")
            #expect(try info.json["scopes"] == .array(["openid", "email"]))
            let stored = try await visitor.send(
                .post, "/oauth2/store", headers: Self.json, body: Self.body(payload))
            #expect(stored.status == .ok)
            #expect(try stored.json.isEmpty)
            let continued = try await visitor.get("/oauth2/continue?payload=\(payload)")
            let page = try await visitor.get(try #require(continued.headers[.location]))
            #expect(page.text.contains("Mestská doprava"))
            let allowed = try await visitor.post(
                "/consent",
                [
                    ("payload", try #require(page.field("payload"))), ("csrf", try #require(page.field("csrf"))),
                    ("decision", "allow"),
                ])
            let location = try #require(allowed.headers[.location])
            #expect(location.hasPrefix("https://transport.city.example/callback?code="))
            #expect(try allowed.query["state"] == "state-of-client")
            #expect(try allowed.query["iss"] == WebScene.https)
            let tokens = try await visitor.redeem(try #require(try allowed.query["code"]), as: try .transport)
            #expect(
                try Set(tokens.json.keys) == [
                    "access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token",
                ])
            #expect(try tokens.json["token_type"]?.string == "Bearer")
            #expect(!tokens.text.contains("upstream-access-of"))
            let token = try #require(try tokens.json["access_token"]?.string)
            let person = try await visitor.send(
                .get, "/oauth2/userinfo", headers: [.authorization: "Bearer \(token)"])
            #expect(try person.json["email"]?.string == "anna@city.example")
        }
    }

    @Test("A front end on another site, and a back end, continue with the payload they are given")
    func freshPayload() async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        let secret = BrokerFixture.secret(of: ClientID(rawValue: "transport")).reveal()
        try await scene.test { visitor in
            for headers in [Self.json, Self.backEnd("transport", secret)] {
                let payload = try await visitor.authorize(SampleRequest(try .transport))
                let stored = try await visitor.crossSite(
                    .post, "/oauth2/store", headers: headers, body: Self.body(payload))
                #expect(stored.status == .ok, "\(stored.text)")
                let fresh = try #require(try stored.json["payload"]?.string)
                #expect(try await visitor.get("/oauth2/continue?payload=\(payload)").status == .badRequest)
                #expect(try await visitor.get("/oauth2/continue?payload=\(fresh)").status == .seeOther)
            }
        }
    }

    @Test(
        "Only the front end's origin, or a client with its secret, may store",
        arguments: [
            ([.contentType: "application/json"], HTTPResponse.Status.unauthorized, "invalid_client"),
            ([.contentType: "application/json", .origin: "https://evil.example"], .forbidden, "access_denied"),
            ([.contentType: "application/json", .origin: "null"], .forbidden, "access_denied"),
            (
                [.contentType: "application/json", .origin: "https://login.city.example.evil.example"], .forbidden,
                "access_denied"
            ),
            (backEnd("transport", "wrong"), .unauthorized, "invalid_client"),
            (backEnd("parking", "anything"), .unauthorized, "invalid_client"),
            (backEnd("nobody", "anything"), .unauthorized, "invalid_client"),
            ([.contentType: "application/json", .authorization: "Bearer x"], .unauthorized, "invalid_client"),
            ([.contentType: "text/plain", .origin: WebScene.frontEnd], .badRequest, "invalid_request"),
        ] as [(HTTPFields, HTTPResponse.Status, String)])
    func mayStore(headers: HTTPFields, status: HTTPResponse.Status, error: String) async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        try await scene.test { visitor in
            let payload = try await visitor.authorize(SampleRequest(try .transport))
            let response = try await visitor.send(
                .post, "/oauth2/store", headers: headers, body: Self.body(payload))
            #expect(response.status == status)
            #expect(try response.json["error"]?.string == error)
            #expect(scene.broker.catalogue.pool.record.verified.isEmpty)
        }
    }

    @Test("Another browser's cookie stores nothing for this one's payload")
    func otherBrowser() async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        try await scene.test { visitor in
            let payload = try await visitor.authorize(SampleRequest(try .transport))
            let stranger = visitor.stranger()
            _ = try await stranger.authorize(SampleRequest(try .transport))
            let response = try await stranger.send(
                .post, "/oauth2/store", headers: Self.json, body: Self.body(payload))
            #expect(response.status == .forbidden)
            let page = try await stranger.get("/oauth2/continue?payload=\(payload)")
            #expect(page.status == .badRequest)
            #expect(page.headers[.location] == nil)
        }
    }
}
