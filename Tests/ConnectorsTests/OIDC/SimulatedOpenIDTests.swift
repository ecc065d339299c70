import FoundationEssentials
import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("OpenID providers: against one that listens", .timeLimit(.minutes(1))) struct SimulatedOpenIDTests {
    private func connector(_ provider: SimulatedProvider, _ http: UpstreamHTTP) throws -> OIDCConnector {
        OIDCConnector(
            UpstreamSettings(
                client: UpstreamClient(id: "broker", authentication: .basic(Secret("s3cret/+"))),
                issuer: try UpstreamEndpoint(named: provider.issuer(of: .openID)),
                scope: Scope(["openid", "email", "profile"]), endpoints: NamedEndpoints()),
            transport: http)
    }

    static func attempt() throws -> UpstreamAttempt {
        let attempt = try OpenIDFixture.attempt()
        return UpstreamAttempt(
            state: attempt.state, nonce: attempt.nonce, verifier: attempt.verifier, callback: Upstream.callback,
            loginHint: nil, freshness: .any)
    }

    @Test func `A whole login, and a refresh of its tokens`() async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http)
            let attempt = try Self.attempt()
            let answer = try await provider.browse(
                try await connector.begin(attempt, at: Upstream.now), form: provider.address(of: .login),
                userName: "jana")
            let login = try await connector.complete(answer, to: attempt, at: Upstream.now)
            #expect(login.subject == Upstream.person.subject)
            #expect(login.claims.email == "jana@city.example")
            #expect(login.claims.isEmailVerified)
            #expect(login.claims.preferredUsername == "jana")

            let fresh = try await connector.refresh(login.tokens, of: login.subject, at: Upstream.now)
            #expect(fresh.accessToken != login.tokens.accessToken)
            #expect(fresh.refreshToken != login.tokens.refreshToken)
            #expect(provider.requestCount(.discovery) == 1)
            #expect(provider.requestCount(.keys) == 1)

            let again = await connectorError { () async throws(ConnectorError) in
                try await connector.complete(answer, to: attempt, at: Upstream.now)
            }
            #expect(again == .refused(code: "invalid_grant"))
        }
    }

    @Test(arguments: [
        (TokenFault.wrongIssuer, TokenFlaw.issuer), (.wrongAudience, .audience),
        (.wrongAuthorizedParty, .authorizedParty), (.unsigned, .algorithmNotAllowed),
        (.hmacWithPublicKey, .algorithmNotAllowed), (.expired, .expired), (.notYetValid, .notYetValid),
        (.issuedInTheFuture, .notYetValid), (.otherPool, .issuer), (.subjectMismatch, .subjectMismatch),
        (.missingSubject, .subjectMissing), (.badSignature, .signature), (.unknownKey, .unknownKey),
    ])
    func `Staged tokens with a fault are refused`(fault: TokenFault, flaw: TokenFlaw) async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http)
            let tokens = try provider.mintTokens(
                for: Upstream.person, client: Upstream.openID, faults: [fault], scope: ["openid", "email", "profile"])
            let error = await connectorError { () async throws(ConnectorError) in
                try await connector.verify(tokens.tokens, at: Upstream.now)
            }
            #expect(error == .untrusted(flaw))
        }
    }

    @Test(arguments: [Fault.token(.missingKeyID), .keySet(.withoutKeyIDs)])
    func `Tokens that name no key are verified with one of those that fit`(fault: Fault) async throws {
        try await Upstream.run { provider, http in
            provider.inject(fault)
            let connector = try connector(provider, http)
            let tokens = try provider.mintTokens(
                for: Upstream.person, client: Upstream.openID, scope: ["openid", "email", "profile"])
            #expect(
                try await connector.verify(tokens.tokens, at: Upstream.now).subject == Upstream.person.subject)
        }
    }

    @Test func `Keys that rotate while people log in are fetched once more`() async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http)
            let mint = { @Sendable in
                try provider.mintTokens(
                    for: Upstream.person, client: Upstream.openID, scope: ["openid", "email", "profile"]
                ).tokens
            }
            _ = try await connector.verify(try mint(), at: Upstream.now)
            provider.inject(.keySet(.rotated))
            let later = Upstream.now.addingTimeInterval(60)
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await connector.verify(try mint(), at: later).subject }
                }
                for try await subject in group { #expect(subject == Upstream.person.subject) }
            }
            #expect(provider.requestCount(.keys) == 2)
        }
    }

    @Test(arguments: [
        (Fault.keySet(.huge), "answered more than 262144 bytes"), (.answer(.serverError, at: .keys), "answered 500"),
        (
            .answer(.truncated, at: .keys), "answered 200 with something other than the expected JSON"
        ),
        (.answer(.redirected(to: "https://elsewhere.invalid/"), at: .keys), "answered 302; redirects are not followed"),
    ])
    func `A key set that cannot be read is named and does no harm`(fault: Fault, cause: String) async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http)
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.openID, scope: ["openid"])
                .tokens
            provider.inject(fault)
            let error = await connectorError { () async throws(ConnectorError) in
                try await connector.verify(tokens, at: Upstream.now)
            }
            let said = "\(provider.address(of: .keys)) \(cause)"
            #expect(error == .unavailable(cause: said) || error == .misbehaved(cause: said))
            provider.heal()
            #expect(try await connector.verify(tokens, at: Upstream.now).subject == Upstream.person.subject)
        }
    }
}
