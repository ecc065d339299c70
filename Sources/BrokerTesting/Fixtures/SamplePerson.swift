package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Somebody who logs in, with the values a store keeps of them.
package struct SamplePerson: Sendable {
    package let accountID: AccountID
    package let userName: String
    package let name: String
    package let email: String

    package init(accountID: AccountID, userName: String, name: String, email: String) {
        self.accountID = accountID
        self.userName = userName
        self.name = name
        self.email = email
    }

    package static let anna = SamplePerson(
        accountID: AccountID(rawValue: "account-anna"), userName: "Anna", name: "Anna Kováčová",
        email: "anna@city.example")
    package static let boris = SamplePerson(
        accountID: AccountID(rawValue: "account-boris"), userName: "boris", name: "Boris O'Neill",
        email: "boris@city.example")

    package var claims: PersonClaims {
        PersonClaims([
            "name": .string(name), "email": .string(email), "email_verified": true, "updated_at": 1_754_500_000,
            "height": .number(1.75), "nickname": .null, "groups": .array(["staff", "café"]),
            "address": .object(["locality": "Košice", "lines": .array([1, 2])]),
        ])
    }

    /// The subject under which `provider` knows this person.
    package func subject(at provider: ProviderID) -> String { "\(provider.rawValue)|\(userName)" }

    /// The identity a first login at `provider` would make.
    package func identity(at provider: ProviderID = Fixtures.pool) -> Identity {
        Identity(
            provider: provider, subject: subject(at: provider), accountID: accountID, claims: claims,
            lastLoginAt: Fixtures.noon(plus: -86400))
    }

    package func login(at provider: ProviderID = Fixtures.pool, sessionName: String? = "sid-1") -> Login {
        Login(
            accountID: accountID, provider: provider, subject: subject(at: provider),
            authenticatedAt: Fixtures.noon(plus: -30), methods: ["pwd", "otp"], sessionName: sessionName,
            contextClass: "urn:city:two-factors")
    }

    /// This person as an account that logs in here.
    package var localAccount: LocalAccount {
        let local = ProviderID(rawValue: "local")
        return LocalAccount(
            account: Account(id: accountID, status: .active, createdAt: Fixtures.noon(plus: -7200)),
            credential: LocalCredential(
                accountID: accountID, userName: userName, userNameKey: userName.lowercased(),
                passwordHash: PasswordHash(phc: "$argon2id$v=19$m=19456,t=2,p=1$\(userName)salt$hash")),
            identity: Identity(
                provider: local, subject: accountID.rawValue, accountID: accountID, claims: claims,
                lastLoginAt: Fixtures.noon(plus: -3600)))
    }
}
