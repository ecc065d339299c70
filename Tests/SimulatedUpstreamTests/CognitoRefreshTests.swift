import HTTPTypes
import HummingbirdTesting
import OAuth
import SimulatedUpstream
import Testing

@Suite("Cognito refresh tokens") struct CognitoRefreshTests {
    private func oldFlow(_ clientID: String, _ token: JSONValue) -> JSONValue {
        .object([
            "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": .string(clientID),
            "AuthParameters": .object(["REFRESH_TOKEN": token]),
        ])
    }

    private func newFlow(_ clientID: String, _ token: JSONValue) -> JSONValue {
        .object(["ClientId": .string(clientID), "RefreshToken": token])
    }

    @Test func `Without rotation either way refreshes, again and again, and no new refresh token comes`() async throws {
        let fixture = try Fixture()
        try await fixture.test { client in
            let token = try #require(try await client.logIn("front-end")["RefreshToken"])
            let answers = [
                try await client.cognito("InitiateAuth", oldFlow("front-end", token)),
                try await client.cognito("GetTokensFromRefreshToken", newFlow("front-end", token)),
                try await client.cognito("InitiateAuth", oldFlow("front-end", token)),
            ]
            for (status, answer) in answers {
                #expect(status == .ok)
                #expect(answer["AuthenticationResult"]?["AccessToken"]?.string != nil)
                #expect(answer["AuthenticationResult"]?["RefreshToken"] == nil)
            }
        }
        #expect(fixture.provider.refreshCount == 3)
        #expect(fixture.provider.requestCount(.initiateAuth) == 3)
        #expect(fixture.provider.requestCount(.getTokensFromRefreshToken) == 1)
    }

    @Test func `With rotation the old flow is refused and each token works once`() async throws {
        try await Fixture().test { client in
            let first = try #require(try await client.logIn("rotating")["RefreshToken"])
            let (refused, _) = try await client.cognito("InitiateAuth", oldFlow("rotating", first))
            #expect(refused == .badRequest)

            let (_, answer) = try await client.cognito("GetTokensFromRefreshToken", newFlow("rotating", first))
            let second = try #require(answer["AuthenticationResult"]?["RefreshToken"])
            #expect(second != first)

            let (_, reuse) = try await client.cognito("GetTokensFromRefreshToken", newFlow("rotating", first))
            #expect(reuse["__type"] == "RefreshTokenReuseException")
            let (status, _) = try await client.cognito("GetTokensFromRefreshToken", newFlow("rotating", second))
            #expect(status == .ok)
        }
    }

    @Test func `A refresh token is worth nothing to another client`() async throws {
        try await Fixture().test { client in
            let token = try #require(try await client.logIn("front-end")["RefreshToken"])
            let (status, _) = try await client.cognito("GetTokensFromRefreshToken", newFlow("rotating", token))
            #expect(status == .badRequest)
        }
    }

    @Test func `Revoking ends the access tokens of that login too`() async throws {
        try await Fixture().test { client in
            let login = try await client.logIn("front-end")
            let token = try #require(login["RefreshToken"])
            let (revoked, _) = try await client.cognito(
                "RevokeToken", .object(["ClientId": "front-end", "Token": token]))
            #expect(revoked == .ok)
            let (refresh, _) = try await client.cognito("GetTokensFromRefreshToken", newFlow("front-end", token))
            #expect(refresh == .badRequest)
            let access = try #require(login["AccessToken"])
            let (user, _) = try await client.cognito("GetUser", .object(["AccessToken": access]))
            #expect(user == .badRequest)
        }
    }

    @Test func `A refused refresh leaves the token as it was`() async throws {
        let fixture = try Fixture()
        try await fixture.test { client in
            let token = try #require(try await client.logIn("rotating")["RefreshToken"])
            fixture.provider.inject(.refreshRefused)
            let (refused, _) = try await client.cognito("GetTokensFromRefreshToken", newFlow("rotating", token))
            #expect(refused == .badRequest)
            fixture.provider.heal()
            let (status, _) = try await client.cognito("GetTokensFromRefreshToken", newFlow("rotating", token))
            #expect(status == .ok)
        }
    }
}
