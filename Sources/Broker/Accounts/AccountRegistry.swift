import Connectors
package import OAuth
package import Storage

/// Creates and changes local accounts.
package struct AccountRegistry: Sendable {
    private let store: any Store
    private let passwords: PasswordHasher
    private let clock: any WallClock
    private let random: any RandomSource
    private let ray: RayID?

    /// `ray` names, in the audit trail, the command that makes the changes.
    package init(
        store: any Store, passwords: PasswordHasher, clock: any WallClock, random: any RandomSource, ray: RayID? = nil
    ) {
        self.store = store
        self.passwords = passwords
        self.clock = clock
        self.random = random
        self.ray = ray
    }

    /// A person to create an account for.
    package struct NewAccount: Sendable {
        package let userName: String
        package let email: String?
        package let emailStanding: EmailStanding
        package let name: String?
        package let password: PasswordSource
        /// What else the operator knows of the person; put over what follows from the rest.
        package let claims: [String: JSONValue]

        package init(
            userName: String, email: String?, emailStanding: EmailStanding, name: String?, password: PasswordSource,
            claims: [String: JSONValue] = [:]
        ) {
            self.userName = userName
            self.email = email
            self.emailStanding = emailStanding
            self.name = name
            self.password = password
            self.claims = claims
        }
    }

    /// Whether the operator vouches for the address.
    package enum EmailStanding: Sendable { case verified, unverified }

    /// A password as typed, or a hash brought from elsewhere.
    package enum PasswordSource: Sendable {
        case plain(Secret)
        case hash(PasswordHash)
    }

    /// Why an account cannot be made or changed.
    package enum Flaw: Error, Sendable, Equatable {
        case userName
        case email
        case passwordTooShort(minimum: Int)
        case passwordTooLong(maximum: Int)
        /// No Argon2id hash in the PHC format, or one with absurd parameters.
        case passwordHash
        case name
        /// The name of a claim that only the broker makes, or that is empty, too long or unprintable.
        case claim(String)
    }

    /// Shortest password accepted for a new account, in characters (NIST SP 800-63B §5.1.1.2).
    package static let minimumPasswordLength = 8
    /// Longest password, in bytes: long enough for any phrase, short enough to hash.
    package static let maximumPasswordLength = 1024

    /// Creates the account; throws ``Flaw``, or ``StoreError/conflict`` if the user name is taken.
    package func create(_ new: NewAccount) async throws -> LocalAccount {
        let userName = try new.check()
        let hash =
            switch new.password {
            case .plain(let password): try await self.hash(password)
            case .hash(let hash): hash
            }
        let now = clock.now
        let id: AccountID = random.identifier()
        let provider = ProviderID.local
        let account = LocalAccount(
            account: Account(id: id, createdAt: now),
            credential: LocalCredential(
                accountID: id, userName: new.userName, userNameKey: userName.key, passwordHash: hash),
            identity: Identity(provider: provider, subject: id.rawValue, accountID: id, claims: Self.claims(of: new)))
        try await store.insert(
            account, event: AuditEvent(.accountCreated, at: now, ray: ray, account: id, provider: provider))
        return account
    }

    package func accounts() async throws -> [LocalAccount] { try await store.localAccounts() }

    /// The account with that user name, in any spelling that folds to the same.
    package func account(userName: String) async throws -> LocalAccount? {
        guard let name = UserName(userName) else { return nil }
        return try await store.localAccount(userNameKey: name.key)
    }

    /// Lets the account in again, or shuts it out at once: sessions and grants end.
    package func setStatus(_ status: Account.Status, of id: AccountID) async throws {
        try await store.setStatus(status, of: id, event: changed(id, reason: status.rawValue))
    }

    /// Signs the person out everywhere: sessions and grants end, and the clients are told.
    package func signOut(_ id: AccountID) async throws {
        try await store.signOut(id, event: AuditEvent(.accountSignedOut, at: clock.now, ray: ray, account: id))
    }

    /// Sets a new password; the account's sessions end.
    package func setPassword(_ password: Secret, of id: AccountID) async throws {
        try await store.setPassword(try await hash(password), of: id, event: changed(id, reason: "password"))
    }

    /// Puts `changes` over what is known of the person, and takes away the claims whose new value is null.
    ///
    /// An address or number that changes is vouched for no longer, unless the same change says so.
    package func setClaims(_ changes: [String: JSONValue], of account: LocalAccount) async throws {
        try Self.check(changes)
        let names = changes.keys.sorted().joined(separator: " ")
        try await store.changeClaims(
            Self.withdrawing(changes), of: account.identity.subject, at: account.identity.provider,
            event: changed(account.account.id, reason: "claims: \(names)"))
    }

    private static func withdrawing(_ changes: [String: JSONValue]) -> [String: JSONValue] {
        var changes = changes
        for (value, flag) in PersonClaims.vouched where changes[value] != nil && changes[flag] == nil {
            changes[flag] = .null
        }
        return changes
    }

    fileprivate static func check(_ claims: [String: JSONValue]) throws(Flaw) {
        for name in claims.keys.sorted() where !BrokerClaims.leaveFree(name) { throw .claim(name) }
    }

    private func changed(_ id: AccountID, reason: String) -> AuditEvent {
        AuditEvent(.accountChanged, at: clock.now, ray: ray, account: id, reason: reason)
    }

    private func hash(_ password: Secret) async throws -> PasswordHash {
        try Self.check(password)
        return try await passwords.hash(password)
    }

    fileprivate static func check(_ password: Secret) throws(Flaw) {
        guard password.reveal().count >= minimumPasswordLength else {
            throw .passwordTooShort(minimum: minimumPasswordLength)
        }
        guard password.count <= maximumPasswordLength else { throw .passwordTooLong(maximum: maximumPasswordLength) }
    }

    /// The user name as it will be compared, if an account can have these; whether it is taken is not asked.
    @discardableResult
    package static func check(userName: String, email: String?, name: String?) throws(Flaw) -> UserName {
        guard let userName = UserName(userName) else { throw .userName }
        if let email { try check(email) }
        if let name {
            guard (1...200).contains(name.utf8.count) else { throw .name }
        }
        return userName
    }

    /// One `@` with something on both sides, and no spaces or control characters: more cannot be known without mail.
    private static func check(_ email: String) throws(Flaw) {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), email.utf8.count <= 254,
            email.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace })
        else { throw .email }
    }

    private static func claims(of new: NewAccount) -> PersonClaims {
        var claims = PersonClaims(["preferred_username": .string(new.userName)])
        if let name = new.name { claims.values["name"] = .string(name) }
        if let email = new.email {
            claims.values["email"] = .string(email)
            claims.values["email_verified"] = .bool(new.emailStanding == .verified)
        }
        return claims.changed(by: withdrawing(new.claims))
    }
}

extension AccountRegistry.NewAccount {
    /// The user name as it will be compared, if the account can be made; whether the name is taken is not asked.
    package func check() throws(AccountRegistry.Flaw) -> UserName {
        let key = try AccountRegistry.check(userName: userName, email: email, name: name)
        try AccountRegistry.check(claims)
        switch password {
        case .plain(let password): try AccountRegistry.check(password)
        case .hash(let hash): guard PHCString(parsing: hash.phc) != nil else { throw .passwordHash }
        }
        return key
    }
}
