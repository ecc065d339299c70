import BrokerTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import OAuth
import Storage
import Testing
import Web

@Suite("RFC 6749 §5.2, RFC 6750 §3: errors on the wire")
struct OAuthErrorTests {
    private static let basicChallenge = #"Basic realm="drawbridge", charset="UTF-8""#

    /// A token request, and the error it gets.
    static let tokenErrors: [([(name: String, value: String)], String, HTTPResponse.Status)] = [
        ([], "invalid_client", .unauthorized),
        ([("client_id", "nobody")], "invalid_client", .unauthorized),
        ([("client_id", "portal")], "invalid_client", .unauthorized),
        ([("client_id", "parking")], "invalid_request", .badRequest),
        ([("client_id", "parking"), ("client_id", "parking")], "invalid_request", .badRequest),
        ([("client_id", "parking"), ("grant_type", "password")], "unsupported_grant_type", .badRequest),
        (
            [("client_id", "parking"), ("grant_type", "refresh_token"), ("refresh_token", "x")], "unauthorized_client",
            .badRequest
        ),
        (
            [("client_id", "parking"), ("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "y")],
            "invalid_grant", .badRequest
        ),
    ]

    @Test(
        "The token endpoint says what is wrong in three members, and challenges where a client failed",
        arguments: tokenErrors)
    func token(fields: [(name: String, value: String)], error: String, status: HTTPResponse.Status) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            // Even a browser gets JSON here: nobody looks at this endpoint.
            let response = try await visitor.post("/oauth2/token", fields)
            #expect(response.status == status)
            #expect(response.headers[.contentType] == "application/json")
            #expect(response.headers[.cacheControl] == "no-store")
            let body = try response.json
            #expect(Set(body.keys) == ["error", "error_description", "ray_id"])
            #expect(body["error"]?.string == error)
            #expect(body["ray_id"]?.string == response.headers[.init("Ray-ID") ?? .eTag])
            #expect(
                response.headers[.wwwAuthenticate] == (status == .unauthorized ? Self.basicChallenge : nil))
        }
    }

    @Test(
        "A wrong Authorization header is challenged in its scheme",
        arguments: [
            "Basic cG9ydGFsOng=", "Basic x", "Bearer x", "Negotiate x",
        ])
    func basic(authorization: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            let response = try await visitor.post("/oauth2/token", [], headers: [.authorization: authorization])
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] == Self.basicChallenge)
        }
    }

    @Test(
        "Userinfo without credentials names no error; with bad ones it does (RFC 6750 §3.1)",
        arguments: [
            (nil, #"Bearer realm="drawbridge""#),
            (
                "Bearer nonsense",
                #"Bearer realm="drawbridge", error="invalid_token", "#
                    + #"error_description="The access token is not valid.""#
            ),
            (
                "Bearer",
                #"Bearer realm="drawbridge", error="invalid_token", "#
                    + #"error_description="The access token is not valid.""#
            ),
            (
                "Bearer a b",
                #"Bearer realm="drawbridge", error="invalid_token", "#
                    + #"error_description="The access token is not valid.""#
            ),
            (
                "Bearer a.b.c",
                #"Bearer realm="drawbridge", error="invalid_token", "#
                    + #"error_description="The access token is not valid.""#
            ),
        ])
    func userInfo(authorization: String?, challenge: String) async throws {
        let scene = try await WebScene()
        try await scene.test { visitor in
            for method in [HTTPRequest.Method.get, .post] {
                var headers = HTTPFields()
                headers[.authorization] = authorization
                let response = try await visitor.send(method, "/oauth2/userinfo", headers: headers)
                #expect(response.status == .unauthorized)
                #expect(response.headers[.wwwAuthenticate] == challenge)
            }
        }
    }

    @Test("A token in the query is not looked at (RFC 9700 §4.3.2)")
    func tokenInQuery() async throws {
        let scene = try await WebScene()
        try await scene.broker.enrol(.anna)
        try await scene.test { visitor in
            let tokens = try await visitor.redeem(
                try await visitor.code(for: SampleRequest(try .parking)), as: try .parking)
            let token = try #require(try tokens.json["access_token"]?.string)
            #expect(try await visitor.send(.get, "/oauth2/userinfo?access_token=\(token)").status == .unauthorized)
        }
    }

    @Test(
        "A client error at authorize is a page for a browser and JSON for everything else",
        arguments: [
            ("client_id", "nobody"), ("redirect_uri", "https://evil.example/"),
        ])
    func authorize(field: String, value: String) async throws {
        let scene = try await WebScene()
        let path = "/oauth2/authorize?" + SampleRequest(try .parking).with(field, value).encoded
        try await scene.test { visitor in
            let page = try await visitor.get(path)
            #expect(page.status == .badRequest)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.location] == nil)
            #expect(!page.text.contains("evil.example"))
            let answer = try await visitor.get(path, accept: "application/json")
            #expect(answer.status == .badRequest)
            #expect(try answer.json["error"]?.string == "invalid_request")
        }
    }

    @Test("What went wrong inside is told to nobody but the log")
    func internalError() async throws {
        let scene = try await WebScene()
        // A hash that cannot be verified is the operator's to mend, and no client's business.
        var broken = try #require(try await scene.broker.store.client(ClientID(rawValue: "portal")))
        broken.authentication = .secret(PasswordHash(phc: "$argon2id$broken-hash"))
        try await scene.broker.store.replace(broken, event: .sample(.clientChanged))
        try await scene.test { visitor in
            let response = try await visitor.post(
                "/oauth2/token", [("client_id", "portal"), ("client_secret", "typed-secret")],
                headers: [.accept: "*/*"])
            #expect(response.status == .internalServerError)
            #expect(try response.json["error"]?.string == "server_error")
            #expect(!response.text.contains("Hash"))
        }
        let logged = scene.log.entries.filter { $0.level == .error }
        #expect(logged.count == 1)
        #expect(
            !logged.contains { "\($0.metadata)".contains("typed-secret") || "\($0.metadata)".contains("broken-hash") })
    }
}
