import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 8693: an access token for a provider's own")
struct UpstreamExchangeTests {
    private static let second = UpstreamTokens(
        accessToken: Secret("second-access"), idToken: Secret("second-id"), refreshToken: Secret("second-refresh"),
        expiresAt: Fixtures.noon(plus: 3 * 3600))

    @Test("The token of the login is handed out in clear for as long as it counts, and the trail says so")
    func held() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        let answer = try await scene.exchange(tokens.accessToken, as: try .reports)
        #expect(answer.accessToken == Secret("upstream-access-of-city-pool-Anna"))
        #expect(answer.exchanged == TokenResponse.Exchanged(.accessToken, .bearer))
        #expect(answer.refreshToken == nil && answer.idToken == nil && answer.scope.isEmpty)
        let rest = try #require(answer.expiresIn)
        #expect((1...1800).contains(rest))
        #expect(scene.catalogue.pool.record.refreshed.isEmpty)
        let event = try #require(try await scene.trail(of: .tokenExchanged).first)
        #expect(event.client == ClientID(rawValue: "reports") && event.provider == Fixtures.pool)
        #expect(event.reason == "upstream_access_token" && event.account != nil && event.grant != nil)
        #expect(event.address == "203.0.113.7" && event.ray != nil)
    }

    @Test("Nothing of the provider travels with the client, and nothing rests in clear")
    func custody() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        #expect(tokens.expiresIn == 3600, "The access token carries nothing that expires earlier.")
        for text in ["upstream-access-of-city-pool-Anna", "upstream-refresh-of-city-pool-Anna"] {
            #expect(try !scene.databaseHolds(text))
        }
        try await scene.revoke(tokens.accessToken, as: try .reports)
        #expect(await scene.revokedByWarden(at: scene.catalogue.pool).isEmpty, "The front end's login stays.")
    }

    @Test("Named by its address here, and wanted as ID token", arguments: [TokenTypeName.accessToken, .idToken])
    func otherNames(type: TokenTypeName) async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        let answer = try await scene.exchange(
            tokens.accessToken, as: try .reports,
            [
                "audience": "", "resource": "https://broker.city.example/login/city-pool",
                "requested_token_type": type.rawValue,
            ])
        switch type {
        case .accessToken: #expect(answer.accessToken == Secret("upstream-access-of-city-pool-Anna"))
        case .idToken:
            #expect(answer.accessToken == Secret("upstream-id-of-city-pool-Anna"))
            #expect(answer.exchanged == TokenResponse.Exchanged(.idToken, .notApplicable) && answer.expiresIn == nil)
        }
    }

    @Test("Fifty at once ask the provider once when the token is over, and later ones not at all")
    func burst() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        scene.catalogue.pool.answer { $0.refresh = .success(Self.second) }
        scene.pass(1800)
        let answers = try await withThrowingTaskGroup(of: Secret.self) { group in
            for _ in 0..<50 {
                group.addTask { try await scene.exchange(tokens.accessToken, as: try .reports).accessToken }
            }
            return try await group.reduce(into: Set<Secret>()) { $0.insert($1) }
        }
        #expect(answers == [Secret("second-access")])
        #expect(try await scene.exchange(tokens.accessToken, as: try .reports).accessToken == Secret("second-access"))
        let asked = scene.catalogue.pool.record.refreshed
        #expect(asked.map(\.refreshToken) == [Secret("upstream-refresh-of-city-pool-Anna")])
        #expect(try await scene.trail(of: .tokenExchanged).count == 51)
    }

    @Test("The next refresh goes on from the token the last one brought, in another process as well")
    func rotation() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        scene.catalogue.pool.answer {
            $0.refresh = .success(
                UpstreamTokens(
                    accessToken: Secret("short"), refreshToken: Secret("second-refresh"),
                    expiresAt: Fixtures.noon(plus: 2000)))
        }
        scene.pass(1800)
        _ = try await scene.exchange(tokens.accessToken, as: try .reports)
        scene.pass(200)
        let elsewhere = TokenFlow(scene.environment)
        let form = [
            (name: "grant_type", value: Scene.exchangeGrant), ("subject_token", tokens.accessToken.reveal()),
            ("subject_token_type", TokenTypeName.accessToken.rawValue), ("audience", "city-pool"),
            ("client_id", "reports"), ("client_secret", "secret-of-reports"),
        ]
        _ = try await elsewhere.answer(
            try FormParameters(decoding: FormEncoding.encode(form).utf8), authorization: nil,
            visit: scene.browser().visit)
        #expect(
            scene.catalogue.pool.record.refreshed.map { $0.refreshToken?.reveal() }
                == ["upstream-refresh-of-city-pool-Anna", "second-refresh"])
    }

    @Test("A login that brings no refresh token leaves the one before in place (Google gives it once)")
    func onceGiven() async throws {
        let scene = try await Scene.withVault()
        _ = try await scene.reportsTokens()
        scene.catalogue.pool.answer { script in
            script.verification = script.verification.map { login in
                UpstreamLogin(
                    subject: login.subject, claims: login.claims,
                    tokens: UpstreamTokens(accessToken: Secret("later"), expiresAt: Fixtures.noon(plus: 900)),
                    authenticatedAt: nil, methods: [])
            }
            script.refresh = .success(Self.second)
        }
        let tokens = try await scene.reportsTokens()
        #expect(try await scene.exchange(tokens.accessToken, as: try .reports).accessToken == Secret("later"))
        scene.pass(900)
        #expect(try await scene.exchange(tokens.accessToken, as: try .reports).accessToken == Secret("second-access"))
        #expect(
            scene.catalogue.pool.record.refreshed.map(\.refreshToken) == [Secret("upstream-refresh-of-city-pool-Anna")])
    }

    @Test("A session that began at the provider serves a client that logs in later")
    func session() async throws {
        let scene = try await Scene.withVault()
        let browser = scene.browser()
        let request = SampleRequest(try .reports).with("provider", "google")
        let payload = try #require(try await scene.authorize(request, in: browser).loginPayload)
        let code = try #require(try await scene.logIn(at: StubCatalogue.google, payload: payload, in: browser).code)
        _ = try await scene.redeem(code, as: try .reports)
        let again = try #require(try await scene.authorize(request, in: browser).code)
        let tokens = try await scene.redeem(again, as: try .reports)
        let answer = try await scene.exchange(tokens.accessToken, as: try .reports, ["audience": "google"])
        #expect(answer.accessToken == Secret("upstream-access-of-google-Anna"))
    }

    /// What is presented, as whom, and what is said to it.
    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let more: [String: String]
        let error: OAuthError.Code
        let reason: String?
    }

    static let refused = [
        Refused(
            testDescription: "no target", more: ["audience": ""], error: .invalidRequest, reason: "target_missing"),
        Refused(
            testDescription: "an unknown provider", more: ["audience": "nowhere"], error: .invalidTarget,
            reason: "unknown_target"),
        Refused(
            testDescription: "no name of a provider", more: ["audience": "../x"], error: .invalidTarget,
            reason: "unknown_target"),
        Refused(
            testDescription: "a foreign address",
            more: ["audience": "", "resource": "https://a.example/login/city-pool"],
            error: .invalidTarget, reason: "unknown_target"),
        Refused(
            testDescription: "two providers", more: ["resource": "https://broker.city.example/login/google"],
            error: .invalidTarget, reason: "several_targets"),
        Refused(
            testDescription: "a provider the account never used", more: ["audience": "google"], error: .invalidTarget,
            reason: "provider_never_used"),
        Refused(
            testDescription: "a provider that keeps nothing", more: ["audience": "campus"], error: .invalidTarget,
            reason: "provider_keeps_no_tokens"),
        Refused(
            testDescription: "local accounts", more: ["audience": "local"], error: .invalidTarget,
            reason: "target_not_allowed"),
        Refused(
            testDescription: "an unknown wish", more: ["requested_token_type": "jwt"], error: .invalidRequest,
            reason: nil),
        Refused(
            testDescription: "nonsense", more: ["subject_token": "nonsense"], error: .invalidRequest,
            reason: "subject_token_not_valid"),
        Refused(
            testDescription: "a made-up JWT", more: ["subject_token": "eyJhbGciOiJub25lIn0.e30."],
            error: .invalidRequest,
            reason: "subject_token_not_valid"),
    ]

    @Test("What cannot be had is refused, and the trail says why", arguments: refused)
    func refuses(row: Refused) async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        let code = await scene.refusal {
            try await scene.exchange(tokens.accessToken, as: try .reports, row.more)
        }
        #expect(code == row.error)
        let events = try await scene.trail(of: .tokenRefused)
        #expect(events.map(\.reason) == (row.reason.map { [$0] } ?? []))
        #expect(events.allSatisfy { $0.client == ClientID(rawValue: "reports") })
        #expect(scene.catalogue.pool.record.refreshed.isEmpty)
    }

    @Test("A token of another purpose is no subject token")
    func otherPurposes() async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        let truncated = Secret(String(tokens.accessToken.reveal().dropLast(4)))
        for token in [tokens.refreshToken, tokens.idToken, truncated] {
            let presented = try #require(token)
            #expect(
                await scene.refusal { try await scene.exchange(presented, as: try .reports) } == .invalidRequest)
        }
    }

    @Test("Another client's token is refused, and so is one that has expired or lost its grant")
    func foreign() async throws {
        let scene = try await Scene.withVault()
        let foreign = try await scene.redeem(
            try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser()), as: try .transport)
        #expect(
            await scene.refusal { try await scene.exchange(foreign.accessToken, as: try .reports) }
                == .invalidRequest)
        #expect(try await scene.trail(of: .tokenRefused).map(\.reason) == ["subject_token_of_another_client"])
        let own = try await scene.reportsTokens()
        try await scene.revoke(own.accessToken, as: try .reports)
        #expect(
            await scene.refusal { try await scene.exchange(own.accessToken, as: try .reports) } == .invalidRequest)
        let late = try await scene.reportsTokens()
        scene.pass(3600)
        #expect(
            await scene.refusal { try await scene.exchange(late.accessToken, as: try .reports) } == .invalidRequest)
    }

    @Test("A client that is not registered for it may not, whatever it holds")
    func unregistered() async throws {
        let scene = try await Scene.withVault { $0.grantTypes = [.authorizationCode, .refreshToken] }
        let tokens = try await scene.reportsTokens()
        #expect(
            await scene.refusal { try await scene.exchange(tokens.accessToken, as: try .reports) }
                == .unauthorizedClient)
        let silent = try await Scene.withVault { $0.upstreamTokenProviders = [StubCatalogue.google] }
        let others = try await silent.reportsTokens()
        #expect(
            await silent.refusal { try await silent.exchange(others.accessToken, as: try .reports) } == .invalidTarget)
    }

    @Test(
        "An exchange passes the policy of a login",
        arguments: [
            ("account", OAuthError.Code.invalidRequest), ("domain", .invalidRequest), ("client", .invalidTarget),
            ("file", .temporarilyUnavailable),
        ])
    func policy(what: String, error: OAuthError.Code) async throws {
        let scene = try await Scene.withVault()
        let tokens = try await scene.reportsTokens()
        switch what {
        case "account":
            let account = try #require(try await scene.trail(of: .loginStaged).last?.account)
            try await scene.broker.store.setStatus(
                .disabled, of: account, event: AuditEvent(.accountChanged, at: scene.clock.now, ray: nil))
        case "domain": scene.catalogue.set(Fixtures.pool, admission: AdmissionRule(emailDomains: ["other.example"]))
        case "client":
            var client = try #require(try await scene.broker.clients.client(ClientID(rawValue: "reports")))
            client.upstreamTokenProviders = []
            try await scene.broker.store.replace(
                client, event: AuditEvent(.clientChanged, at: scene.clock.now, ray: nil))
        default: scene.catalogue.set(Fixtures.pool, .disabled)
        }
        #expect(
            await scene.refusal { try await scene.exchange(tokens.accessToken, as: try .reports) } == error)
        #expect(try await scene.trail(of: .tokenExchanged).isEmpty)
        #expect(try await scene.trail(of: .tokenRefused).count == 1)
    }
}
