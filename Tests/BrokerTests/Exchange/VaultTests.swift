import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("Upstream tokens in the vault: how they end")
struct VaultTests {
    private static let google = StubCatalogue.google

    /// Anna's tokens at the reports, by way of Google's pages.
    private func ledTokens(_ scene: Scene, in browser: TestBrowser) async throws -> TokenResponse {
        let request = SampleRequest(try .reports).with("provider", "google").with("prompt", "login")
        let payload = try #require(try await scene.authorize(request, in: browser).loginPayload)
        let code = try #require(try await scene.logIn(at: Self.google, payload: payload, in: browser).code)
        return try await scene.redeem(code, as: try .reports)
    }

    @Test(
        "A provider's bad minute ends nothing",
        arguments: [
            ConnectorError.unavailable(cause: "timeout"), .misbehaved(cause: "html"), .refused(code: "server_error"),
            .untrusted(.signature),
        ])
    func down(error: ConnectorError) async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        scene.catalogue.pool.answer { $0.refresh = .failure(error) }
        scene.pass(1800)
        #expect(
            await scene.refusal { try await scene.exchange(tokens.accessToken, as: try .reports) }
                == .temporarilyUnavailable)
        #expect(try await scene.trail(of: .vaultEnded).isEmpty)
        scene.catalogue.pool.answer {
            $0.refresh = .success(
                UpstreamTokens(accessToken: Secret("back"), expiresAt: Fixtures.noon(plus: 7200)))
        }
        #expect(try await scene.exchange(tokens.accessToken, as: try .reports).accessToken == Secret("back"))
    }

    @Test(
        "The provider's own word ends what is kept, and says so until the next login",
        arguments: [
            (ConnectorError.grantEnded, "provider_grant_ended"),
            (.notAdmitted(reason: "not_in_organization"), "not_admitted"),
        ])
    func ended(error: ConnectorError, reason: String) async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        scene.catalogue.pool.answer { $0.refresh = .failure(error) }
        scene.pass(1800)
        for _ in 0..<2 {
            #expect(
                await scene.refusal { try await scene.exchange(tokens.accessToken, as: try .reports) } == .invalidGrant)
        }
        #expect(scene.catalogue.pool.record.refreshed.count == 1, "It is asked no more.")
        #expect(try await scene.trail(of: .vaultEnded).map(\.reason) == [reason])
        #expect(
            await scene.refusal { try await scene.refresh(try #require(tokens.refreshToken), as: try .reports) }
                == .invalidGrant, "As where the tokens are released, the grant that began before ends too.")
        scene.catalogue.pool.answer { script in
            script.verification = script.verification.map { login in
                var fresh = login.tokens
                fresh.expiresAt = Fixtures.noon(plus: 7200)
                return UpstreamLogin(
                    subject: login.subject, claims: login.claims, tokens: fresh, authenticatedAt: nil, methods: [])
            }
        }
        let anew = try await scene.reportsTokens()
        #expect(
            try await scene.exchange(anew.accessToken, as: try .reports).accessToken
                == Secret("upstream-access-of-city-pool-Anna"))
        #expect(try await scene.refresh(try #require(anew.refreshToken), as: try .reports).refreshToken != nil)
    }

    @Test("Without a refresh token an access token is kept until it expires, and no longer")
    func lapsed() async throws {
        let scene = try await Scene.withVault()
        scene.catalogue.pool.answer { script in
            script.verification = script.verification.map { login in
                UpstreamLogin(
                    subject: login.subject, claims: login.claims,
                    tokens: UpstreamTokens(accessToken: Secret("only"), expiresAt: Fixtures.noon(plus: 900)),
                    authenticatedAt: nil, methods: [])
            }
        }
        let tokens = try await scene.reportsTokens()
        #expect(try await scene.exchange(tokens.accessToken, as: try .reports).accessToken == Secret("only"))
        #expect(
            await scene.refusal {
                try await scene.exchange(
                    tokens.accessToken, as: try .reports, ["requested_token_type": TokenTypeName.idToken.rawValue])
            } == .invalidRequest, "There is no ID token.")
        scene.pass(900)
        #expect(
            await scene.refusal { try await scene.exchange(tokens.accessToken, as: try .reports) } == .invalidGrant)
        #expect(scene.catalogue.pool.record.refreshed.isEmpty)
        #expect(try await scene.refresh(try #require(tokens.refreshToken), as: try .reports).refreshToken != nil)
    }

    @Test("Refreshing at the broker spends no upstream token while the kept one counts")
    func refreshing() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        let next = try await scene.refresh(try #require(tokens.refreshToken), as: try .reports)
        #expect(scene.catalogue.pool.record.refreshed.isEmpty)
        scene.pass(1800)
        _ = try await scene.refresh(try #require(next.refreshToken), as: try .reports)
        #expect(scene.catalogue.pool.record.refreshed.count == 1)
    }

    @Test(
        "When the last grant of an account ends, what is kept is revoked at the provider",
        arguments: ["revoke", "account"])
    func lastGrant(how: String) async throws {
        let scene = try await Scene.withVault()
        let browser = scene.browser()
        let first = try await ledTokens(scene, in: browser)
        let second = try await ledTokens(scene, in: browser)
        switch how {
        case "revoke":
            try await scene.revoke(first.accessToken, as: try .reports)
            await VaultWarden(scene.environment, logger: browser.visit.logger).round()
            #expect(
                try await scene.exchange(second.accessToken, as: try .reports, ["audience": "google"]).accessToken
                    == Secret("upstream-access-of-google-Anna"), "The other grant still needs it.")
            try await scene.revoke(try #require(second.refreshToken), as: try .reports)
        default:
            let account = try #require(try await scene.trail(of: .loginSucceeded).last?.account)
            try await scene.broker.store.setStatus(
                .disabled, of: account, event: AuditEvent(.accountChanged, at: scene.clock.now, ray: nil))
        }
        #expect(await scene.revokedByWarden(at: scene.catalogue.google) == ["upstream-refresh-of-google-Anna"])
        #expect(
            try await scene.broker.store.vaulted(
                provider: Self.google, subject: SamplePerson.anna.subject(at: Self.google)) == .nothing)
    }

    @Test("What was sealed for one account opens for no other, whoever can write to the database")
    func bound() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        guard
            case .held(let entry, _) = try await scene.broker.store.vaulted(
                provider: Fixtures.pool, subject: SamplePerson.anna.subject(at: Fixtures.pool))
        else { throw UnexpectedStep(found: "an empty vault") }
        scene.catalogue.pool.answer { $0.verification = .success(.sample(.boris, at: Fixtures.pool)) }
        _ = try await scene.reportsTokens()
        try await scene.broker.store.keep(
            VaultEntry(
                accountID: entry.accountID, provider: entry.provider, subject: entry.subject,
                sealedTokens: try await sealedTokens(of: .boris, in: scene), sealedRefreshToken: nil,
                leader: .frontEnd, keptAt: scene.clock.now))
        await #expect(throws: SealingFlaw.notAuthentic) {
            try await scene.exchange(tokens.accessToken, as: try .reports)
        }
    }

    @Test("What a lost master key sealed is no longer had, until the person logs in again")
    func lostKey() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        guard
            case .held(let entry, _) = try await scene.broker.store.vaulted(
                provider: Fixtures.pool, subject: SamplePerson.anna.subject(at: Fixtures.pool))
        else { throw UnexpectedStep(found: "an empty vault") }
        let random = SeededRandom(seed: 77)
        let lost = try KeyRing([MasterKey(random.bytes(Bits256.self))])
        let sealed = try lost.seal([1, 2, 3], as: .vault, for: "anything", salt: random.salt()).text
        try await scene.broker.store.keep(
            VaultEntry(
                accountID: entry.accountID, provider: entry.provider, subject: entry.subject, sealedTokens: sealed,
                sealedRefreshToken: sealed, leader: .frontEnd, keptAt: scene.clock.now))
        #expect(
            await scene.refusal { try await scene.exchange(tokens.accessToken, as: try .reports) } == .invalidGrant)
        #expect(try await scene.refresh(try #require(tokens.refreshToken), as: try .reports).refreshToken != nil)
        let anew = try await scene.reportsTokens()
        #expect(
            try await scene.exchange(anew.accessToken, as: try .reports).accessToken
                == Secret("upstream-access-of-city-pool-Anna"))
        let foreign = try lost.seal([1], as: .accessToken, for: "reports", salt: random.salt()).secret
        #expect(await scene.refusal { try await scene.exchange(foreign, as: try .reports) } == .invalidRequest)
    }

    private func sealedTokens(of person: SamplePerson, in scene: Scene) async throws -> String {
        let standing = try await scene.broker.store.vaulted(
            provider: Fixtures.pool, subject: person.subject(at: Fixtures.pool))
        guard case .held(let entry, _) = standing else { throw UnexpectedStep(found: "an empty vault") }
        return entry.sealedTokens
    }

    @Test("A client with a key of its own gets them encrypted, at the exchange and beside its own tokens")
    func encrypted() async throws {
        let scene = try await Scene.withVault()
        var client = try #require(try await scene.broker.clients.client(ClientID(rawValue: "reports")))
        let sealed = try scene.environment.keyRing.seal(
            Array(0..<32), as: .clientKey, for: "reports", salt: scene.environment.random.salt())
        client.upstreamTokenEncryption = UpstreamTokenEncryption(keyID: nil, sealedKey: sealed.text)
        try await scene.broker.store.replace(client, event: AuditEvent(.clientChanged, at: scene.clock.now, ray: nil))
        let tokens = try await scene.reportsTokens()
        #expect(tokens.upstream != nil)
        let answer = try await scene.exchange(tokens.accessToken, as: try .reports)
        #expect(answer.accessToken.reveal().split(separator: ".", omittingEmptySubsequences: false).count == 5)
        #expect(answer.exchanged == TokenResponse.Exchanged(.accessToken, .notApplicable))
        let refreshed = try await scene.refresh(try #require(tokens.refreshToken), as: try .reports)
        #expect(refreshed.upstream != nil)
        #expect(scene.catalogue.pool.record.refreshed.isEmpty)
    }
}
