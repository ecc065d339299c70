import OAuth
import Testing

@Suite("RFC 8628 §3.1, §3.2: device authorization requests and responses")
struct DeviceAuthorizationTests {
    private func request(_ query: String) throws -> DeviceAuthorizationRequest {
        let client = Client(
            id: ClientID(rawValue: "tv"), name: "TV", redirectURIs: [], authentication: .publicClient,
            grantTypes: [.deviceCode], allowedScope: Scope(["openid", "email", "watch"]))
        return try DeviceAuthorizationRequest(try FormParameters(decoding: query.utf8), client: client)
    }

    @Test(
        "The scope is what is asked for, or what the client gets who asks for nothing",
        arguments: [
            ("", ["email"]), ("scope=", ["email"]), ("scope=openid+watch", ["openid", "watch"]),
            ("client_id=tv&scope=watch&unknown=1", ["watch"]),
        ])
    func scope(query: String, scope: [String]) throws {
        #expect(try request(query).scope.tokens == scope)
    }

    @Test(
        "What cannot be is refused",
        arguments: [
            ("scope=admin", .invalidScope), ("scope=openid+profile", .invalidScope), ("scope=%22", .invalidScope),
            ("scope=openid&scope=email", .invalidRequest), ("x=1&x=2", .invalidRequest),
            ("scope=" + String(repeating: "a", count: 2049), .invalidRequest),
        ] as [(String, OAuthError.Code)])
    func refusals(query: String, code: OAuthError.Code) {
        #expect {
            try request(query)
        } throws: {
            ($0 as? OAuthError)?.code == code
        }
    }

    @Test("The response has every member of §3.2, the complete address with the code as it is shown")
    func response() throws {
        let response = DeviceAuthorizationResponse(
            deviceCode: Secret("d3v1ce"), userCode: try #require(UserCode(typed: "bcdfghjk")),
            verificationURI: "https://id.example/device", expiresIn: 600, interval: 5)
        let members = try #require(
            try JSON.decode(JSONValue.self, String(decoding: response.json, as: UTF8.self)).object)
        #expect(
            members == [
                "device_code": "d3v1ce", "user_code": "BCDF-GHJK", "verification_uri": "https://id.example/device",
                "verification_uri_complete": "https://id.example/device?user_code=BCDF-GHJK", "expires_in": 600,
                "interval": 5,
            ])
        #expect(!"\(response)".contains("d3v1ce"))
    }
}
