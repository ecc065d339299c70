import BrokerTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("Bodies: bounded, and of the type the route reads")
struct BodyTests {
    static let forms = [
        "/oauth2/token", "/oauth2/authorize", "/login/local", "/consent", "/login/google/callback",
        "/oauth2/logout",
    ]

    @Test("A body over 64 KiB is refused, one of 64 KiB is read", arguments: forms)
    func size(path: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for (count, refused) in [(65_536, false), (65_537, true), (1_000_000, true)] {
                let body = "x=" + String(repeating: "x", count: count - 2)
                let response = try await visitor.send(
                    .post, path, headers: [.contentType: "application/x-www-form-urlencoded"], body: body)
                #expect((response.status == .contentTooLarge) == refused, "\(count)")
            }
        }
    }

    @Test("So is a staging body")
    func stagingSize() async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        try await scene.test { visitor in
            let token = String(repeating: "x", count: 70_000)
            let response = try await visitor.send(
                .post, "/oauth2/store", headers: [.contentType: "application/json", .origin: WebScene.frontEnd],
                body: #"{"payload":"p","access_token":"\#(token)"}"#)
            #expect(response.status == .contentTooLarge)
        }
    }

    @Test(
        "A form of another content type is refused before it is read",
        arguments: [
            nil, "application/json", "text/plain", "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded2",
        ])
    func contentType(type: String?) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for path in Self.forms {
                var headers = HTTPFields()
                headers[.contentType] = type
                let response = try await visitor.send(.post, path, headers: headers, body: "client_id=parking")
                #expect(response.status == .badRequest, "\(path)")
                #expect(try response.json["error"]?.string == "invalid_request", "\(path)")
            }
        }
    }

    @Test(
        "Parameters and capitals in the content type do not matter",
        arguments: [
            "application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-URLencoded",
        ])
    func contentTypeSpellings(type: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.send(
                .post, "/oauth2/token", headers: [.contentType: type], body: "client_id=parking&grant_type=nonsense")
            #expect(try response.json["error"]?.string == "unsupported_grant_type")
        }
    }

    @Test(
        "A form that is not well encoded is an invalid request",
        arguments: [
            "client_id=%zz", "client_id=%", "client_id=%ff%fe", "client_id=a%00b",
            Array(repeating: "a=b", count: 65).joined(separator: "&"),
        ])
    func malformed(body: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for path in Self.forms {
                let response = try await visitor.send(
                    .post, path, headers: [.contentType: "application/x-www-form-urlencoded"], body: body)
                #expect(response.status == .badRequest, "\(path)")
                #expect(try response.json["error"]?.string == "invalid_request", "\(path)")
            }
            let query = try await visitor.send(.get, "/oauth2/authorize?\(body)")
            #expect(query.status == .badRequest)
        }
    }

    @Test(
        "A staging body is an object with the strings it needs",
        arguments: [
            "", "[]", "{}", #"{"payload":"p"}"#, #"{"access_token":"t"}"#, #"{"payload":1,"access_token":"t"}"#,
            #"{"payload":"p","access_token":""}"#, #"{"payload":"p","access_token":{}}"#,
            #"{"payload":"p","access_token":"t","id_token":1}"#, "{\"payload\":\"p\",\"access_token\":\"t\"",
            String(repeating: "[", count: 10_000),
        ])
    func stagingBody(body: String) async throws {
        let scene = try await WebScene(frontEnd: WebScene.frontEnd)
        try await scene.test { visitor in
            let response = try await visitor.send(
                .post, "/oauth2/store", headers: [.contentType: "application/json", .origin: WebScene.frontEnd],
                body: body)
            #expect(response.status == .badRequest)
            #expect(try response.json["error"]?.string == "invalid_request")
        }
    }
}
