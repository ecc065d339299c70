import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("GitHub: against one that listens", .timeLimit(.minutes(1))) struct SimulatedGitHubTests {
    private static let many = (1...120).map { "organisation-\($0)" }
    private static let account = GitHubAccount(
        id: 9_007_199_254_740_993, login: "jana-n", password: "correct horse", name: "Jana Nováková",
        addresses: [.init("old@city.example", .other), .init("jana@city.example")], organizations: many + ["City"],
        teams: ["City/admins"])
    private static let gitHub = GitHubConfiguration(
        applications: [
            GitHubApplication(clientID: "Iv1.city", secret: "s3cret/+", callback: Upstream.callback, tokens: .expiring)
        ], accounts: [account])

    private static func connector(
        _ provider: SimulatedProvider, _ transport: any UpstreamTransport,
        _ membership: GitHubMembership = GitHubMembership()
    ) throws -> GitHubConnector {
        GitHubConnector(
            GitHubSettings(
                client: UpstreamClient(id: "Iv1.city", authentication: .post(Secret("s3cret/+"))),
                authorization: try UpstreamEndpoint(named: provider.address(of: .gitHubAuthorize)),
                token: try UpstreamEndpoint(named: provider.address(of: .gitHubToken)),
                api: try UpstreamEndpoint(named: provider.baseURL + "/api/v3"), issuer: provider.gitHubIssuer,
                scope: Scope(["user:email", "read:org"]), membership: membership, addresses: .verifiedThere,
                claims: ClaimMapping()),
            transport: transport)
    }

    private static func attempt() throws -> UpstreamAttempt {
        let attempt = try OpenIDFixture.attempt()
        return UpstreamAttempt(
            state: attempt.state, nonce: attempt.nonce, verifier: attempt.verifier, callback: Upstream.callback,
            loginHint: nil, freshness: .any)
    }

    private static func login(
        _ connector: GitHubConnector, _ provider: SimulatedProvider
    ) async throws -> UpstreamLogin {
        let login = try #require(connector.redirectLogin)
        let attempt = try attempt()
        let answer = try await provider.browse(
            try await login.begin(attempt, at: Upstream.now), form: provider.address(of: .gitHubSession),
            userName: "jana-n")
        return try await login.complete(answer, to: attempt, at: Upstream.now)
    }

    @Test func `A whole login, a refresh, a check and an end`() async throws {
        try await Upstream.run(gitHub: Self.gitHub) { provider, transport in
            let connector = try Self.connector(provider, transport)
            let login = try await Self.login(connector, provider)
            #expect(login.subject == "9007199254740993")
            #expect(login.claims.email == "jana@city.example")
            #expect(login.claims.isEmailVerified)
            #expect(login.claims.preferredUsername == "jana-n")
            #expect(login.tokens.expiresAt == Upstream.now.addingTimeInterval(28_800))

            let verification = try #require(connector.tokenVerification)
            #expect(try await verification.verify(login.tokens, at: Upstream.now).subject == login.subject)

            let refresh = try #require(connector.tokenRefresh)
            let fresh = try await refresh.refresh(login.tokens, of: login.subject, at: Upstream.now)
            let old = await connectorError { () async throws(ConnectorError) in
                try await verification.verify(login.tokens, at: Upstream.now)
            }
            #expect(old == .untrusted(.malformed))
            let again = await connectorError { () async throws(ConnectorError) in
                try await refresh.refresh(login.tokens, of: login.subject, at: Upstream.now)
            }
            #expect(again == .grantEnded)

            let revocation = try #require(connector.tokenRevocation)
            #expect(try await revocation.revoke(fresh, at: Upstream.now) == .revoked)
            let ended = await connectorError { () async throws(ConnectorError) in
                try await verification.verify(fresh, at: Upstream.now)
            }
            #expect(ended == .untrusted(.malformed))
            #expect(try await revocation.revoke(fresh, at: Upstream.now) == .revoked)
        }
    }

    @Test(arguments: [
        (GitHubMembership(organizations: ["city"], teams: ["city/admins"]), nil),
        (
            GitHubMembership(organizations: ["elsewhere"]), ConnectorError.notAdmitted(reason: "not_in_organization")
        ),
        (GitHubMembership(teams: ["city/guests"]), .notAdmitted(reason: "not_in_team")),
    ])
    func `Where somebody belongs is read page by page`(
        membership: GitHubMembership, expected: ConnectorError?
    ) async throws {
        try await Upstream.run(gitHub: Self.gitHub) { provider, transport in
            let connector = try Self.connector(provider, transport, membership)
            #expect(try await Self.failure(connector, provider) == expected)
        }
    }

    private static func failure(
        _ connector: GitHubConnector, _ provider: SimulatedProvider
    ) async throws -> ConnectorError? {
        do {
            _ = try await login(connector, provider)
            return nil
        } catch let error as ConnectorError {
            return error
        }
    }

    /// A fault, and what comes of it; `AT` stands for the provider's address.
    @Test(
        arguments: [
            (Fault.callback(.wrongIssuer), ConnectorError.untrusted(.issuer)), (.callback(.missingIssuer), nil),
            (.refreshRefused, .refused(code: "invalid_grant")), (.gitHub(.missingID), .untrusted(.subjectMissing)),
            (.gitHub(.addressesForbidden), nil),
            (.gitHub(.throttled), .unavailable(cause: "AT/user answered 403: rate limit")),
            (.gitHub(.membershipForbidden), .misbehaved(cause: "AT/user/orgs answered 403")),
            (.gitHub(.endlessLists), .misbehaved(cause: "AT/user/orgs lists more than can be read")),
            (.answer(.serverError, at: .gitHubUser), .unavailable(cause: "AT/user answered 500")),
            (
                .answer(.truncated, at: .gitHubUser),
                .misbehaved(cause: "AT/user answered 200 with something other than the expected JSON")
            ),
            (
                .answer(.huge(bytes: 100_000_000), at: .gitHubAddresses),
                .misbehaved(cause: "AT/user/emails answered more than 1048576 bytes")
            ),
            (
                .answer(.redirected(to: "http://169.254.169.254/"), at: .gitHubTeams),
                .misbehaved(cause: "AT/user/teams answered 302; redirects are not followed")
            ),
        ] as [(Fault, ConnectorError?)])
    func `A fault is named, and lets nobody in who should not be`(
        fault: Fault, expected: ConnectorError?
    ) async throws {
        try await Upstream.run(gitHub: Self.gitHub) { provider, transport in
            provider.inject(fault)
            let connector = try Self.connector(
                provider, transport, GitHubMembership(organizations: ["city"], teams: ["city/admins"]))
            let failure = try await Self.failure(connector, provider)
            #expect(failure == expected?.replacing("AT", with: provider.baseURL + "/api/v3"))
        }
    }

    @Test(arguments: [
        (GitHubFault.anotherApplication, TokenFlaw.audience), (.anotherPerson, .subjectMismatch),
    ])
    func `A token that is handed over is checked on both sides`(fault: GitHubFault, flaw: TokenFlaw) async throws {
        try await Upstream.run(gitHub: Self.gitHub) { provider, transport in
            let connector = try Self.connector(provider, transport)
            let tokens = try await Self.login(connector, provider).tokens
            provider.inject(.gitHub(fault))
            let verification = try #require(connector.tokenVerification)
            let error = await connectorError { () async throws(ConnectorError) in
                try await verification.verify(tokens, at: Upstream.now)
            }
            #expect(error == .untrusted(flaw))
        }
    }
}

extension ConnectorError {
    fileprivate func replacing(_ word: String, with text: String) -> ConnectorError {
        switch self {
        case .unavailable(let cause): .unavailable(cause: cause.replacing(word, with: text))
        case .misbehaved(let cause): .misbehaved(cause: cause.replacing(word, with: text))
        case .refused, .notAdmitted, .grantEnded, .untrusted: self
        }
    }
}
