import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("Linking by a verified address: only where the operator vouches for both providers")
struct VerifiedEmailLinkingTests {
    private static let google = StubCatalogue.google

    /// Whether Anna's first login at Google, which vouches for `claims`, opens the account she has.
    private func opensHerAccount(_ scene: Scene, _ said: PersonClaims) async throws -> Bool {
        let login = UpstreamLogin(
            subject: "anna-at-google", claims: said,
            tokens: UpstreamTokens(accessToken: Secret("upstream-access")), authenticatedAt: nil, methods: [])
        scene.catalogue.google.answer { $0.login = .success(login) }
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(try SampleRequest(.parking), in: browser).loginPayload)
        let code = try #require(try await scene.logIn(at: Self.google, payload: payload, in: browser).code)
        let sub = try claims(of: try await scene.redeem(code, as: try .parking).idToken)["sub"]?.string
        return sub == (try await scene.broker.store.localAccount(userNameKey: "anna"))?.account.id.rawValue
    }

    @Test("The address of a local account that the operator verified leads to it")
    func vouched() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        scene.catalogue.set(Self.google, linking: .byVerifiedEmail)
        #expect(try await opensHerAccount(scene, PersonClaims(["email": "Anna@City.example", "email_verified": true])))
        #expect(try await scene.trail(of: .identityLinked).map(\.reason) == ["verified_email"])
    }

    @Test("Without the operator's word it does not (DESIGN §9.5)")
    func notVouched() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        #expect(
            try await !opensHerAccount(scene, PersonClaims(["email": "anna@city.example", "email_verified": true])))
    }

    static let worthless: [(why: String, claims: PersonClaims)] = [
        (
            "unverified (GHSA-992q-9gwp-7r79, CVE-2026-56666)",
            PersonClaims(["email": "anna@city.example", "email_verified": false])
        ),
        ("not said to be verified", PersonClaims(["email": "anna@city.example"])),
        ("\"false\" in words", PersonClaims(["email": "anna@city.example", "email_verified": "false"])),
        ("two @ (GHSA-c5c4-8r6x-56w3)", PersonClaims(["email": "x@evil@city.example", "email_verified": true])),
        ("a look-alike letter", PersonClaims(["email": "аnna@city.example", "email_verified": true])),
        ("a full-width @ (GHSA-7rqj-j65f-68wh)", PersonClaims(["email": "anna＠city.example", "email_verified": true])),
        ("a space", PersonClaims(["email": "anna@city.example ", "email_verified": true])),
        ("no address", PersonClaims(["email": "", "email_verified": true])),
        ("a list", PersonClaims(["email": .array(["anna@city.example"]), "email_verified": true])),
    ]

    @Test("An address that is not verified, or only looks like hers, leads nowhere", arguments: worthless)
    func worthlessAddresses(why: String, claims: PersonClaims) async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        scene.catalogue.set(Self.google, linking: .byVerifiedEmail)
        #expect(try await !opensHerAccount(scene, claims), "\(why)")
    }

    @Test("A local account whose own address nobody verified is not found by it (GHSA-g38m-r43w-p2q7)")
    func unverifiedLocalAccounts() async throws {
        let scene = try await Scene()
        _ = try await scene.broker.accounts.create(
            AccountRegistry.NewAccount(
                userName: "Anna", email: "anna@city.example", emailStanding: .unverified, name: nil,
                password: .plain(BrokerFixture.password(of: .anna))))
        scene.catalogue.set(Self.google, linking: .byVerifiedEmail)
        #expect(
            try await !opensHerAccount(scene, PersonClaims(["email": "anna@city.example", "email_verified": true])))
    }

    @Test("A disabled account is found, so that nobody gets around being disabled")
    func disabledAccounts() async throws {
        let scene = try await Scene()
        let anna = try await scene.broker.enrol(.anna)
        try await scene.broker.store.setStatus(
            .disabled, of: anna.account.id, event: AuditEvent(.accountChanged, at: scene.clock.now, ray: nil))
        scene.catalogue.set(Self.google, linking: .byVerifiedEmail)
        await #expect(throws: Refusal.accountDisabled) {
            try await opensHerAccount(scene, PersonClaims(["email": "anna@city.example", "email_verified": true]))
        }
    }

    @Test("An address that changes later moves nobody (CVE-2025-7365)")
    func changedAddresses() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        scene.catalogue.set(Self.google, linking: .byVerifiedEmail)
        #expect(
            try await !opensHerAccount(scene, PersonClaims(["email": "other@city.example", "email_verified": true])))
        #expect(
            try await !opensHerAccount(scene, PersonClaims(["email": "anna@city.example", "email_verified": true])))
        #expect(try await scene.trail(of: .identityLinked).isEmpty)
    }
}
