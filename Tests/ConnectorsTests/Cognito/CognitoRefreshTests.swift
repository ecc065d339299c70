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

    @Test func `A refresh token that works once is not spent while the keys are out of reach`() async throws {
        let observed = Observed()
        try await Upstream.run(observed: observed) { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.rotating).tokens
            let connector = try CognitoVerificationTests.connector(
                provider, http, client: Upstream.rotating, refreshing: .getTokens)
            provider.inject(.answer(.serverError, at: .poolKeys))
            let cause = "\(provider.address(of: .poolKeys)) answered 500"
            #expect(await refresh(connector, tokens) == .unavailable(cause: cause))
            #expect(provider.requestCount(.getTokensFromRefreshToken) == 0)
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

    @Test func `What worked once is asked at once`() async throws {
        try await Upstream.run { provider, http in
            var tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.rotating).tokens
            let connector = try CognitoVerificationTests.connector(provider, http, client: Upstream.rotating)
            for _ in 1...3 {
                tokens = try await connector.refresh(tokens, of: Upstream.person.subject, at: Upstream.now)
            }
            #expect(provider.requestCount(.initiateAuth) == 1)
            #expect(provider.requestCount(.getTokensFromRefreshToken) == 3)
        }
    }

    @Test(arguments: CognitoRefreshing.allCases)
    func `The operation that the file names is the only one asked`(said: CognitoRefreshing) async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.rotating).tokens
            let connector = try CognitoVerificationTests.connector(
                provider, http, client: Upstream.rotating, refreshing: said)
            let error = await refresh(connector, tokens)
            switch said {
            case .getTokens: #expect(error == nil)
            case .initiateAuth:
                #expect(error == .misbehaved(cause: "\(provider.baseURL)/ answered InvalidParameterException"))
            }
            #expect(provider.requestCount(.initiateAuth) == (said == .initiateAuth ? 1 : 0))
            #expect(provider.requestCount(.getTokensFromRefreshToken) == (said == .getTokens ? 1 : 0))
        }
    }

    @Test func `The secret hash is made with the user name, which the refresh token alone does not tell`() async throws
    {
        try await Upstream.run { provider, http in
            let connector = try CognitoVerificationTests.connector(
                provider, http, client: Upstream.secretive, refreshing: .initiateAuth)
            let minted = try provider.mintTokens(for: Upstream.person, client: Upstream.secretive).tokens
            let login = try await connector.verify(minted, at: Upstream.now)
            let kept = UpstreamTokens(
                accessToken: Secret(""), refreshToken: login.tokens.refreshToken, holder: login.tokens.holder)
            #expect(kept.holder == "jana")
            #expect(try await connector.refresh(kept, of: login.subject, at: Upstream.now).holder == "jana")
        }
    }

    /// How a pool made of stubs answers one operation.
    private static func pool(_ answers: [String: (status: Int, JSONValue)]) -> StubTransport {
        let transport = StubTransport()
        transport.answer(keys, .object(["keys": .array([])]))
        transport.answer("https://cognito.example/") { (request: UpstreamRequest) async throws(ConnectorError) in
            guard case .amazonJSON(let target, _) = request.content,
                let answer = answers[String(target.split(separator: ".").last ?? "")]
            else { return UpstreamResponse(status: 404, body: []) }
            return .json(answer.1, status: answer.status)
        }
        return transport
    }

    private static func refusal(_ type: String, _ message: String) -> (status: Int, JSONValue) {
        (400, .object(["__type": .string(type), "message": .string(message)]))
    }

    /// `first` answers `InitiateAuth`, `second` the other operation.
    struct Doubt: Sendable {
        let first: (type: String, message: String)
        let second: (type: String, message: String)?
        let error: ConnectorError
        let calls: Int
    }

    private static let endpoint = "https://cognito.example/"
    private static let keys = "https://cognito.example/eu_1/.well-known/jwks.json"

    @Test(arguments: [
        // An app client that rotates may say no more than this: the other operation knows.
        Doubt(
            first: ("NotAuthorizedException", "Invalid Refresh Token."),
            second: ("NotAuthorizedException", "Refresh Token has expired"), error: .grantEnded, calls: 2),
        Doubt(
            first: ("NotAuthorizedException", "Invalid Refresh Token."),
            second: ("TooManyRequestsException", "slow down"),
            error: .unavailable(cause: endpoint + " answered TooManyRequestsException"), calls: 2),
        Doubt(
            first: ("NotAuthorizedException", "Invalid Refresh Token."),
            second: ("UnknownOperationException", "?"), error: .grantEnded, calls: 2),
        Doubt(
            first: ("NotAuthorizedException", "Invalid Refresh Token."), second: nil,
            error: .unavailable(cause: endpoint + " answered 500"), calls: 2),
        Doubt(
            first: ("InvalidParameterException", "REFRESH_TOKEN_AUTH is not enabled for the client"),
            second: ("RefreshTokenReuseException", "used"), error: .grantEnded, calls: 2),
        Doubt(
            first: ("NotAuthorizedException", "Refresh Token has been revoked"), second: nil, error: .grantEnded,
            calls: 1),
    ])
    func `A refusal that may mean the operation is not yet one of the token`(doubt: Doubt) async throws {
        let transport = Self.pool([
            "InitiateAuth": Self.refusal(doubt.first.type, doubt.first.message),
            "GetTokensFromRefreshToken": doubt.second.map { Self.refusal($0.type, $0.message) } ?? (500, .null),
        ])
        let connector = try CognitoEndingTests.connector(transport)
        #expect(
            await refresh(connector, UpstreamTokens(accessToken: Secret(""), refreshToken: Secret("r"))) == doubt.error)
        #expect(transport.count(Self.endpoint) == doubt.calls)
    }

    @Test func `A lost answer is not followed by another operation`() async throws {
        for said in [CognitoRefreshing?.none, .getTokens] {
            let transport = StubTransport()
            transport.answer(Self.keys, .object(["keys": .array([])]))
            transport.answer(Self.endpoint) { (_: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse in
                throw .unavailable(cause: "no answer in time")
            }
            let connector = try CognitoEndingTests.connector(transport, refreshing: said)
            let tokens = UpstreamTokens(accessToken: Secret(""), refreshToken: Secret("r"))
            #expect(await refresh(connector, tokens) == .unavailable(cause: "no answer in time"))
            #expect(transport.count(Self.endpoint) == 1)
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
        Rejection(
            type: "InvalidParameterException", message: "Auth flow not enabled for this client", meaning: .rotates),
        Rejection(
            type: "UnsupportedOperationException", message: "Revocation is disabled", meaning: .revocationDisabled),
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
