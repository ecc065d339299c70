import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("Accounts: what can be registered")
struct AccountRegistryTests {
    private func account(
        _ userName: String = "olga", email: String? = "olga@city.example", name: String? = "Olga",
        password: Secret = Secret("long enough")
    ) -> AccountRegistry.NewAccount {
        AccountRegistry.NewAccount(
            userName: userName, email: email, emailStanding: .unverified, name: name, password: .plain(password))
    }

    @Test(
        "A new account carries what was said of it, and its e-mail is verified only if the operator says so",
        arguments: [(AccountRegistry.EmailStanding.verified, true), (.unverified, false)])
    func claims(standing: AccountRegistry.EmailStanding, verified: Bool) async throws {
        let scene = try await Scene()
        let made = try await scene.broker.accounts.create(
            AccountRegistry.NewAccount(
                userName: "Olga", email: "olga@city.example", emailStanding: standing, name: "Oľga N.",
                password: .plain(Secret("long enough"))))
        let found = try #require(try await scene.broker.accounts.account(userName: "OLGA"))
        #expect(found.account.id == made.account.id)
        #expect(found.identity.claims.values["email_verified"] == .bool(verified))
        #expect(found.identity.claims.values["name"] == "Oľga N.")
        #expect(found.identity.claims.values["preferred_username"] == "Olga")
        #expect(found.credential.passwordHash.phc.hasPrefix("$argon2id$"))
    }

    @Test("What the operator knows beside is put over the rest, and an address of that kind is vouched for by nobody")
    func moreClaims() async throws {
        let scene = try await Scene()
        let made = try await scene.broker.accounts.create(
            AccountRegistry.NewAccount(
                userName: "olga", email: "olga@city.example", emailStanding: .verified, name: "Oľga",
                password: .plain(Secret("long enough")),
                claims: ["identity_verified": true, "email": "o@city.example", "name": .null]))
        #expect(
            made.identity.claims.values
                == ["preferred_username": "olga", "email": "o@city.example", "identity_verified": true])
    }

    @Test("Claims are set and taken away one by one, and whoever is logging in meanwhile does not undo it")
    func settingClaims() async throws {
        let scene = try await Scene()
        let olga = try await scene.broker.accounts.create(account())
        try await scene.broker.accounts.setClaims(["identity_verified": true, "roles": .array(["editor"])], of: olga)
        try await scene.broker.accounts.setClaims(["roles": .null, "phone_number": "+421"], of: olga)
        try await scene.broker.accounts.setClaims(["email": "o@city.example"], of: olga)
        let values = try await scene.broker.accounts.account(userName: "olga")?.identity.claims.values
        #expect(
            values == [
                "preferred_username": "olga", "name": "Olga", "email": "o@city.example", "identity_verified": true,
                "phone_number": "+421",
            ])
        #expect(
            try await scene.trail(of: .accountChanged).map(\.reason) == [
                "claims: identity_verified roles", "claims: phone_number roles", "claims: email",
            ])
    }

    @Test("A claim of the broker's own is not set", arguments: ["sub", "iss", "sid", "", "a\u{7}"])
    func reservedClaims(name: String) async throws {
        let scene = try await Scene()
        let olga = try await scene.broker.accounts.create(account())
        await #expect(throws: AccountRegistry.Flaw.claim(name)) {
            try await scene.broker.accounts.setClaims([name: "x"], of: olga)
        }
        #expect(try await scene.trail(of: .accountChanged).isEmpty)
    }

    @Test("A user name is taken in every spelling", arguments: ["olga", "OLGA", " Olga ", "ｏlga"])
    func taken(spelling: String) async throws {
        let scene = try await Scene()
        _ = try await scene.broker.accounts.create(account())
        await #expect(throws: StoreError.conflict) { try await scene.broker.accounts.create(account(spelling)) }
        #expect(try await scene.broker.accounts.accounts().count == 1)
    }

    @Test(
        "What cannot be an account is refused",
        arguments: [
            ("", nil, nil, AccountRegistry.Flaw.userName), ("a\u{0}b", nil, nil, .userName),
            (String(repeating: "x", count: 300), nil, nil, .userName),
            ("olga", "olga", nil, .email), ("olga", "@city.example", nil, .email), ("olga", "a@b@c", nil, .email),
            ("olga", "a b@c.example", nil, .email), ("olga", "olga@city.example\n", nil, .email),
            ("olga", "\(String(repeating: "x", count: 250))@c.example", nil, .email),
            ("olga", nil, "", .name), ("olga", nil, String(repeating: "x", count: 201), .name),
        ])
    func refused(userName: String, email: String?, name: String?, flaw: AccountRegistry.Flaw) async throws {
        let scene = try await Scene()
        await #expect(throws: flaw) {
            try await scene.broker.accounts.create(account(userName, email: email, name: name))
        }
    }

    @Test(
        "A password has eight characters at least and a kilobyte at most",
        arguments: [
            ("1234567", AccountRegistry.Flaw.passwordTooShort(minimum: 8)), ("🐎🐎🐎🐎🐎🐎🐎", .passwordTooShort(minimum: 8)),
            ("12345678", nil), ("ščťžýáíé", nil), (String(repeating: "x", count: 1024), nil),
            (String(repeating: "x", count: 1025), .passwordTooLong(maximum: 1024)),
        ])
    func passwords(password: String, flaw: AccountRegistry.Flaw?) async throws {
        let scene = try await Scene()
        let id = try await scene.broker.accounts.create(account()).account.id
        if let flaw {
            await #expect(throws: flaw) {
                try await scene.broker.accounts.create(account("other", password: Secret(password)))
            }
            await #expect(throws: flaw) { try await scene.broker.accounts.setPassword(Secret(password), of: id) }
        } else {
            _ = try await scene.broker.accounts.create(account("other", password: Secret(password)))
            try await scene.broker.accounts.setPassword(Secret(password), of: id)
        }
    }

    @Test("A new password ends the sessions of the old one")
    func newPassword() async throws {
        let scene = try await Scene()
        let id = try await scene.broker.enrol(.anna).account.id
        let browser = scene.browser()
        _ = try await scene.code(for: SampleRequest(try .parking), in: browser)
        try await scene.broker.accounts.setPassword(Secret("another password"), of: id)
        let payload = try #require(try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        let old = try await scene.attemptLocalLogin(
            "anna", BrokerFixture.password(of: .anna), payload: payload, in: browser)
        guard case .wrong = old else { throw UnexpectedStep(found: "\(old)") }
        let new = try await scene.attemptLocalLogin(
            "anna", Secret("another password"), payload: payload, in: browser)
        guard case .loggedIn = new else { throw UnexpectedStep(found: "\(new)") }
    }

    @Test("Who does not exist cannot be changed")
    func unknown() async throws {
        let scene = try await Scene()
        let nobody = AccountID(rawValue: "nobody")
        await #expect(throws: StoreError.notFound) {
            try await scene.broker.accounts.setStatus(.disabled, of: nobody)
        }
        await #expect(throws: StoreError.notFound) {
            try await scene.broker.accounts.setPassword(Secret("long enough"), of: nobody)
        }
        #expect(try await scene.broker.accounts.account(userName: "nobody") == nil)
        #expect(try await scene.broker.accounts.account(userName: "\u{0}") == nil)
    }
}
