import FoundationEssentials
import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("Cognito: refreshing through the user-pool API", .timeLimit(.minutes(1))) struct CognitoRefreshTests {
    private func refresh(
        _ connector: CognitoConnector, _ tokens: UpstreamTokens, of subject: String = Upstream.person.subject
    ) async -> ConnectorError? {
        await connectorError { () async throws(ConnectorError) in
            try await connector.refresh(tokens, of: subject, at: Upstream.now)
        }
    }

    @Test(arguments: [Upstream.app, Upstream.secretive])
    func `A client that does not rotate keeps its refresh token`(client: SimulatedClient) async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: client).tokens
            let connector = try CognitoVerificationTests.connector(provider, http, client: client)
            let fresh = try await connector.refresh(tokens, of: Upstream.person.subject, at: Upstream.now)
            #expect(fresh.accessToken != tokens.accessToken)
            #expect(fresh.idToken != tokens.idToken)
            #expect(fresh.refreshToken == tokens.refreshToken)
            #expect(fresh.expiresAt == Upstream.now.addingTimeInterval(3600))
            #expect(provider.requestCount(.getTokensFromRefreshToken) == 0)
        }
    }

    @Test func `A client that rotates gets a new one by the other operation, and the old one is spent`() async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.rotating).tokens
            let connector = try CognitoVerificationTests.connector(provider, http, client: Upstream.rotating)
            let fresh = try await connector.refresh(tokens, of: Upstream.person.subject, at: Upstream.now)
            #expect(fresh.refreshToken != tokens.refreshToken)
            #expect(provider.requestCount(.getTokensFromRefreshToken) == 1)
            #expect(await refresh(connector, tokens) == .grantEnded)
        }
    }

    @Test func `A pool that ended the login ends the grant`() async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            let connector = try CognitoVerificationTests.connector(provider, http)
            provider.inject(.refreshRefused)
            #expect(await refresh(connector, tokens) == .grantEnded)
            provider.heal()
            provider.signEverybodyOut()
            #expect(await refresh(connector, tokens) == .grantEnded)
        }
    }

    @Test(arguments: [AnswerFault.serverError, .unavailable, .notJSON, .truncated])
    func `A pool in trouble ends nothing`(fault: AnswerFault) async throws {
        let observed = Observed()
        try await Upstream.run(observed: observed) { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            let connector = try CognitoVerificationTests.connector(provider, http)
            provider.inject(.answer(fault, at: .initiateAuth))
            switch await refresh(connector, tokens) {
            case .unavailable?, .misbehaved?: break
            case let other: Issue.record("unexpected: \(String(describing: other))")
            }
            provider.heal()
            observed.pass(.seconds(60))
            #expect(await refresh(connector, tokens) == nil)
        }
    }

    @Test func `A wrong client secret of ours logs nobody out`() async throws {
        try await Upstream.run { provider, http in
            for (client, secret) in [
                (Upstream.secretive, "wrong"), (Upstream.secretive, nil), (Upstream.app, "superfluous"),
                (Upstream.rotating, "wrong"),
            ] {
                let tokens = try provider.mintTokens(for: Upstream.person, client: client).tokens
                let connector = try CognitoVerificationTests.connector(
                    provider, http, client: SimulatedClient(id: client.id, secret: secret))
                #expect(
                    await refresh(connector, tokens)
                        == .misbehaved(cause: "\(provider.baseURL)/ answered NotAuthorizedException"))
            }
        }
    }

    @Test func `Tokens of somebody else are refused`() async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            let connector = try CognitoVerificationTests.connector(provider, http)
            #expect(await refresh(connector, tokens, of: "somebody-else") == .untrusted(.subjectMismatch))
            provider.inject(.token(.wrongAudience))
            #expect(await refresh(connector, tokens) == .untrusted(.audience))
        }
    }

    struct Rejection: Sendable, CustomTestStringConvertible {
        let type: String
        let message: String?
        let meaning: CognitoRejection.Meaning

        var testDescription: String { "\(type): \(message ?? "-")" }
    }

    @Test(arguments: [
        Rejection(type: "NotAuthorizedException", message: "Refresh Token has been revoked", meaning: .grantEnded),
        Rejection(type: "NotAuthorizedException", message: nil, meaning: .grantEnded),
        Rejection(type: "NotAuthorizedException", message: "User is disabled.", meaning: .grantEnded),
        Rejection(type: "com.amazonaws.cognito#UserNotFoundException", message: "gone", meaning: .grantEnded),
        Rejection(type: "RefreshTokenReuseException", message: "rotation", meaning: .grantEnded),
        Rejection(
            type: "NotAuthorizedException", message: "SecretHash does not match for the client: a",
            meaning: .misconfigured),
        Rejection(
            type: "NotAuthorizedException", message: "Unable to verify secret hash for client a",
            meaning: .misconfigured),
        Rejection(type: "NotAuthorizedException", message: "Invalid client secret", meaning: .misconfigured),
        Rejection(type: "InvalidParameterException", message: "Refresh token rotation is enabled", meaning: .rotates),
        Rejection(type: "InvalidParameterException", message: "USERNAME is missing", meaning: .misconfigured),
        Rejection(type: "ResourceNotFoundException", message: "no such client", meaning: .misconfigured),
        Rejection(type: "TooManyRequestsException", message: "slow down", meaning: .unavailable),
        Rejection(type: "InternalErrorException", message: "oops", meaning: .unavailable),
        Rejection(type: "SomethingNewException", message: "?", meaning: .unavailable),
    ])
    func `What a refusal means`(rejection: Rejection) throws {
        for name in ["message", "Message"] {
            var members: [String: JSONValue] = ["__type": .string(rejection.type)]
            members[name] = rejection.message.map(JSONValue.string)
            let read = try JSONDecoder().decode(CognitoRejection.self, from: Data(JSONValue.object(members).bytes))
            #expect(read.meaning == rejection.meaning)
        }
    }
}
