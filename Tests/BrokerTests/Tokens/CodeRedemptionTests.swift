import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 6749 §4.1.3, RFC 7636 §4.6: redeeming a code")
struct CodeRedemptionTests {
    private func parkingCode(_ scene: Scene) async throws -> Secret {
        try await scene.broker.enrol(.anna)
        return try await scene.code(for: SampleRequest(try .parking), in: scene.browser())
    }

    @Test("A code becomes an access token, an ID token, and a refresh token where the client asked to have them")
    func success() async throws {
        let scene = try await Scene()
        let parking = try await scene.redeem(try await parkingCode(scene), as: try .parking)
        #expect(parking.refreshToken == nil, "Parking is not registered for refreshing.")
        #expect(parking.scope.tokens == ["openid", "email"])
        #expect(parking.expiresIn == 3600)
        let code = try await scene.code(for: SampleRequest(try .portal), in: scene.browser())
        #expect(try await scene.redeem(code, as: try .portal).refreshToken != nil)
    }

    @Test("The ID token says who, for whom, when and how (OIDC Core §2)")
    func idToken() async throws {
        let scene = try await Scene()
        let tokens = try await scene.redeem(try await parkingCode(scene), as: try .parking)
        let claims = try claims(of: tokens.idToken)
        let now = Int64(scene.clock.now.numericDate)
        #expect(claims["iss"] == "https://broker.city.example")
        #expect(claims["aud"] == "parking")
        #expect(claims["nonce"] == "nonce-of-client")
        #expect(claims["iat"] == .integer(now))
        #expect(claims["exp"] == .integer(now + 3600))
        #expect(claims["auth_time"] == .integer(now))
        #expect(claims["amr"] == .array(["pwd"]))
        #expect(claims["idp"] == "local")
        #expect(claims["email"] == "anna@city.example")
        #expect(claims["name"] == nil, "The scope releases no profile.")
        #expect(claims["sid"]?.string?.isEmpty == false)
        #expect(claims["at_hash"]?.string?.count == 22)
        #expect(claims["ray_id"]?.string.flatMap(RayID.init) != nil)
    }

    @Test("Without openid there is no ID token")
    func noOpenID() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .parking, scope: "email"), in: scene.browser())
        #expect(try await scene.redeem(code, as: try .parking).idToken == nil)
    }

    /// What is wrong with a redemption: the code is burnt by it.
    struct Mistake: CustomTestStringConvertible {
        let testDescription: String
        let field: String
        let value: String?
    }

    static let mistakes = [
        Mistake(testDescription: "another redirect URI", field: "redirect_uri", value: "http://127.0.0.1/callback"),
        Mistake(testDescription: "no trailing slash", field: "redirect_uri", value: "https://parking.city.example"),
        Mistake(testDescription: "other case", field: "redirect_uri", value: "https://Parking.city.example/"),
        Mistake(testDescription: "look-alike", field: "redirect_uri", value: "https://par\u{212A}ing.city.example/"),
        Mistake(
            testDescription: "a verifier of another challenge", field: "code_verifier",
            value: String(repeating: "a", count: 43)),
        Mistake(testDescription: "a short verifier", field: "code_verifier", value: "short"),
        Mistake(
            testDescription: "a long verifier", field: "code_verifier", value: String(repeating: "a", count: 129)),
        Mistake(
            testDescription: "a verifier of other characters", field: "code_verifier",
            value: String(repeating: "ä", count: 43)),
        Mistake(testDescription: "no verifier", field: "code_verifier", value: nil),
        Mistake(
            testDescription: "the challenge for a verifier", field: "code_verifier",
            value: CodeChallenge(of: Fixtures.verifier).value),
    ]

    @Test("A code that does not fit its request is refused and burnt", arguments: mistakes)
    func mistake(_ mistake: Mistake) async throws {
        let scene = try await Scene()
        let code = try await parkingCode(scene)
        var fields = scene.redemption(of: code, as: try .parking).filter { $0.name != mistake.field }
        if let value = mistake.value { fields.append((mistake.field, value)) }
        #expect(await scene.refusal { try await scene.tokens(fields, as: try .parking) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.redeem(code, as: try .parking) } == .invalidGrant)
        #expect(try await scene.trail(of: .tokenRefused).map(\.reason) == ["code_not_bound"])
        #expect(try await scene.trail(of: .tokenIssued).isEmpty)
    }

    @Test(
        "A request that lacks a parameter or repeats one burns nothing",
        arguments: [
            ("code", nil), ("redirect_uri", nil), ("grant_type", nil), ("code", "twice"), ("code_verifier", "twice"),
        ])
    func malformed(field: String, again: String?) async throws {
        let scene = try await Scene()
        let code = try await parkingCode(scene)
        var fields = scene.redemption(of: code, as: try .parking)
        if let again { fields.append((field, again)) } else { fields.removeAll { $0.name == field } }
        #expect(await scene.refusal { try await scene.tokens(fields, as: try .parking) } == .invalidRequest)
        #expect(try await !scene.redeem(code, as: try .parking).accessToken.reveal().isEmpty)
    }

    @Test("Another client gets nothing for a code, and burns it")
    func otherClient() async throws {
        let scene = try await Scene()
        let code = try await parkingCode(scene)
        let stolen = scene.redemption(of: code, as: try .parking)
        #expect(await scene.refusal { try await scene.tokens(stolen, as: try .portal) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.redeem(code, as: try .parking) } == .invalidGrant)
    }

    @Test("A code counts for a minute", arguments: [(59.0, true), (60.0, false), (3600.0, false)])
    func expiry(seconds: Double, counts: Bool) async throws {
        let scene = try await Scene()
        let code = try await parkingCode(scene)
        scene.pass(seconds)
        let refusal = await scene.refusal { try await scene.redeem(code, as: try .parking) }
        #expect(refusal == (counts ? nil : .invalidGrant))
        #expect(try await scene.trail(of: .tokenRefused).map(\.reason) == (counts ? [] : ["code_expired"]))
    }

    @Test("What is no code of ours is refused in the same words", arguments: ["nonsense", "ref.x", " "])
    func unknown(code: String) async throws {
        let scene = try await Scene()
        #expect(await scene.refusal { try await scene.redeem(Secret(code), as: try .parking) } == .invalidGrant)
    }

    @Test("A code used again revokes its grant and all that came of it (RFC 9700 §2.1.1)")
    func replay() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .portal), in: scene.browser())
        let tokens = try await scene.redeem(code, as: try .portal)
        #expect(try await scene.userInfo(tokens.accessToken).values["sub"] != nil)
        #expect(await scene.refusal { try await scene.redeem(code, as: try .portal) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
        let refreshToken = try #require(tokens.refreshToken)
        #expect(await scene.refusal { try await scene.refresh(refreshToken, as: try .portal) } == .invalidGrant)
        #expect(try await scene.trail(of: .codeReplayed).count == 1)
    }

    @Test("A replay revokes the grant even after the code's row was swept")
    func lateReplay() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .portal), in: scene.browser())
        let tokens = try await scene.redeem(code, as: try .portal)
        scene.pass(600)
        #expect(try await scene.broker.store.sweep(expiredBefore: scene.clock.now, limit: 100) > 0)
        #expect(await scene.refusal { try await scene.redeem(code, as: try .portal) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
        #expect(try await scene.trail(of: .codeReplayed).count == 1)
    }

    @Test("Of fifty redemptions at once one succeeds, and the others revoke what it got")
    func simultaneous() async throws {
        let scene = try await Scene()
        let code = try await parkingCode(scene)
        let tokens = await withTaskGroup(of: TokenResponse?.self) { group in
            for _ in 0..<50 { group.addTask { try? await scene.redeem(code, as: try .parking) } }
            return await group.reduce(into: [TokenResponse]()) { found, response in
                if let response { found.append(response) }
            }
        }
        #expect(tokens.count == 1)
        let winner = try #require(tokens.first)
        #expect(await scene.refusal { try await scene.userInfo(winner.accessToken) } == .invalidToken)
        #expect(try await scene.trail(of: .tokenIssued).count == 1)
        #expect(try await scene.trail(of: .codeReplayed).count == 49)
    }

    /// What changed between the login and the redemption.
    enum Change: CaseIterable {
        case providerDisabled, providerRemoved, providerNotAccepted, personNotAdmitted, accountDisabled
    }

    @Test("Policy is asked once more when the code is redeemed", arguments: Change.allCases)
    func policy(change: Change) async throws {
        let scene = try await Scene()
        let browser = scene.browser()
        let chooser = try #require(
            try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        let code = try #require(
            try await scene.logIn(at: StubCatalogue.google, payload: chooser, in: browser).code)
        switch change {
        case .providerDisabled: scene.catalogue.set(StubCatalogue.google, .disabled)
        case .providerRemoved: scene.catalogue.remove(StubCatalogue.google)
        case .providerNotAccepted:
            var client = try Client.parking
            client.providers = .only([.local])
            try await scene.broker.store.replace(client, event: .sample(.clientChanged))
        case .personNotAdmitted:
            scene.catalogue.set(StubCatalogue.google, admission: AdmissionRule(hostedDomains: ["x.example"]))
        case .accountDisabled:
            let person = try #require(
                try await scene.broker.store.person(
                    provider: StubCatalogue.google, subject: SamplePerson.anna.subject(at: StubCatalogue.google)))
            try await scene.broker.accounts.setStatus(.disabled, of: person.account.id)
        }
        #expect(await scene.refusal { try await scene.redeem(code, as: try .parking) } == .invalidGrant)
    }

    @Test("A client registered for other grant types may not redeem")
    func unauthorizedClient() async throws {
        let scene = try await Scene()
        let code = try await parkingCode(scene)
        var client = try Client.parking
        client.grantTypes = [.refreshToken]
        try await scene.broker.store.replace(client, event: .sample(.clientChanged))
        #expect(await scene.refusal { try await scene.redeem(code, as: try .parking) } == .unauthorizedClient)
    }

    @Test("The bridge hands the upstream access token over sealed, for no longer than it lives")
    func sealedProfile() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        let tokens = try await scene.redeem(code, as: try .transport)
        #expect(!tokens.accessToken.reveal().contains("."))
        #expect(try #require(tokens.expiresIn) < 3600)
        let expiry = Fixtures.noon(plus: 30 * 60).numericDate - scene.clock.now.numericDate
        #expect(tokens.expiresIn == expiry)
        let info = try await scene.userInfo(tokens.accessToken)
        #expect(info.values["email"] == "anna@city.example")
    }
}
