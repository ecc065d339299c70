import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OAuth
import SimulatedUpstream
import Testing

@Suite("The GitHub-shaped side of the simulated provider") struct GitHubTests {
    private static let challenge = Base64URL.encode(SHA256.hash(data: Array(AuthorizationFields.verifier.utf8)))
    private static let credential = "Basic " + Data("Iv1.city:s3cret/+".utf8).base64EncodedString()

    private func code(_ client: any TestClientProtocol) async throws -> String {
        let query = FormFields.encode([
            ("client_id", "Iv1.city"), ("redirect_uri", Fixture.callback), ("scope", "user:email read:org"),
            ("state", "abc"), ("code_challenge", Self.challenge), ("code_challenge_method", "S256"),
        ])
        let page = try await client.get("/login/oauth/authorize?" + query)
        let fields = try await client.post(
            "/session",
            [("interaction", try page.interaction()), ("username", "jana-n"), ("password", "correct horse")]
        ).redirectFields()
        #expect(fields["state"] == "abc")
        #expect(fields["iss"] == "\(Fixture.baseURL)/login/oauth")
        return try #require(fields["code"])
    }

    private func exchange(
        _ client: any TestClientProtocol, _ grant: [String: String], accept: String = "application/json"
    ) async throws -> TestResponse {
        let form = ["client_id": "Iv1.city", "client_secret": "s3cret/+"].merging(grant) { _, new in new }
        return try await client.executeRequest(
            uri: "/login/oauth/access_token", method: .post,
            headers: [.contentType: "application/x-www-form-urlencoded", .accept: accept],
            body: ByteBuffer(string: FormFields.encode(form.map { ($0.key, $0.value) })))
    }

    private func tokens(_ client: any TestClientProtocol) async throws -> JSONValue {
        let grant = ["code": try await code(client), "code_verifier": AuthorizationFields.verifier]
        return try await exchange(client, grant).json()
    }

    private func get(
        _ client: any TestClientProtocol, _ path: String, _ tokens: JSONValue
    ) async throws -> (HTTPResponse.Status, JSONValue) {
        let token = tokens["access_token"]?.string ?? ""
        let response = try await client.get("/api/v3" + path, authorization: "Bearer \(token)")
        return (response.status, try response.json())
    }

    @Test func `A login, and what the API tells about the person`() async throws {
        try await Fixture().test { client in
            let tokens = try await tokens(client)
            #expect(tokens["token_type"] == "bearer")
            #expect(tokens["expires_in"] == 28_800)
            let (_, user) = try await get(client, "/user", tokens)
            #expect(user["id"] == 583_231)
            #expect(user["login"] == "jana-n")
            let (_, addresses) = try await get(client, "/user/emails", tokens)
            #expect(addresses.array?.compactMap { $0["email"]?.string } == ["jana@city.example"])
            let (_, first) = try await get(client, "/user/orgs?per_page=1&page=1", tokens)
            let (_, second) = try await get(client, "/user/orgs?per_page=1&page=2", tokens)
            let (_, third) = try await get(client, "/user/orgs?per_page=1&page=3", tokens)
            #expect([first, second, third].map { $0.array?.first?["login"] } == ["city", "library", nil])
            let (_, teams) = try await get(client, "/user/teams", tokens)
            #expect(teams.array?.first?["slug"] == "admins")
            #expect(teams.array?.first?["organization"]?["login"] == "city")
        }
    }

    @Test func `What it refuses, it refuses with status 200`() async throws {
        try await Fixture().test { client in
            let code = try await code(client)
            let wrong = try await exchange(client, ["code": code, "code_verifier": "another"])
            #expect(wrong.status == .ok)
            #expect(try wrong.json()["error"] == "bad_verification_code")
            let spent = try await exchange(client, ["code": code, "code_verifier": AuthorizationFields.verifier])
            #expect(try spent.json()["error"] == "bad_verification_code")
            let unknown = try await exchange(client, ["grant_type": "refresh_token", "refresh_token": "ghr_1"])
            #expect(try unknown.json()["error"] == "bad_refresh_token")
            let stranger = try await exchange(client, ["client_secret": "wrong"])
            #expect(try stranger.json()["error"] == "incorrect_client_credentials")
            let form = try await exchange(client, [:], accept: "*/*")
            #expect(String(buffer: form.body) == "error=bad_verification_code")
        }
    }

    @Test func `A refresh token works once and takes the old access token with it`() async throws {
        try await Fixture().test { client in
            let old = try await tokens(client)
            let grant = ["grant_type": "refresh_token", "refresh_token": old["refresh_token"]?.string ?? ""]
            let new = try await exchange(client, grant).json()
            #expect(try await get(client, "/user", old).0 == .unauthorized)
            #expect(try await get(client, "/user", new).0 == .ok)
            #expect(try await exchange(client, grant).json()["error"] == "bad_refresh_token")
        }
    }

    @Test func `The application may ask about its tokens and end them, and nobody else may`() async throws {
        try await Fixture().test { client in
            let tokens = try await tokens(client)
            let body = ByteBuffer(bytes: try JSONEncoder().encode(["access_token": tokens["access_token"]]))
            func ask(_ method: HTTPRequest.Method, _ authorization: String) async throws -> HTTPResponse.Status {
                try await client.executeRequest(
                    uri: "/api/v3/applications/Iv1.city/token", method: method,
                    headers: [.authorization: authorization], body: body
                ).status
            }
            #expect(try await ask(.post, "Basic d3Jvbmc6d3Jvbmc=") == .unauthorized)
            #expect(try await ask(.post, Self.credential) == .ok)
            #expect(try await ask(.delete, Self.credential) == .noContent)
            #expect(try await ask(.post, Self.credential) == .notFound)
            #expect(try await get(client, "/user", tokens).0 == .unauthorized)
        }
    }

    @Test func `The API can be told to misbehave`() async throws {
        let fixture = try Fixture()
        try await fixture.test { client in
            let tokens = try await tokens(client)
            fixture.provider.inject(.gitHub(.throttled))
            #expect(try await get(client, "/user", tokens).0 == .forbidden)
            fixture.provider.heal()
            fixture.provider.inject(.gitHub(.anotherPerson), .gitHub(.addressesForbidden))
            #expect(try await get(client, "/user", tokens).1["id"] == 583_232)
            #expect(try await get(client, "/user/emails", tokens).0 == .forbidden)
            #expect(fixture.provider.requestCount(.gitHubUser) == 2)
        }
    }
}
