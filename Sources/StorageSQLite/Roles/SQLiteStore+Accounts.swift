package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: AccountStore {
    package func account(_ id: AccountID) async throws -> Account? {
        try read { connection in try Self.account(id, in: connection) }
    }

    package func person(provider: ProviderID, subject: String) async throws -> Person? {
        try read { connection in try person(provider: provider, subject: subject, in: connection) }
    }

    package func localAccount(userNameKey: String) async throws -> LocalAccount? {
        try read { connection in
            try connection.first(
                of: "local_credentials", "\(Self.localAccounts) WHERE user_name_key = ?", [.text(userNameKey)],
                localAccount)
        }
    }

    package func localAccounts() async throws -> [LocalAccount] {
        try await readAtLength { connection in
            try connection.all(
                of: "local_credentials", "\(Self.localAccounts) ORDER BY user_name_key", [], localAccount)
        }
    }

    package func insert(_ local: LocalAccount, event: AuditEvent) async throws {
        let claims = try Identity.text(of: local.identity.claims)
        try await write { connection in
            try Self.insert(local.account, in: connection)
            try Self.insert(local.identity, claims: claims, in: connection)
            try connection.run(
                """
                INSERT INTO local_credentials (account_id, provider, subject, user_name, user_name_key, password_hash)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .identifier(local.credential.accountID), .identifier(local.identity.provider),
                    .text(local.identity.subject), .text(local.credential.userName),
                    .text(local.credential.userNameKey), .text(local.credential.passwordHash.phc),
                ])
            try connection.record([event])
        }
    }

    package func recordLogin(
        _ candidate: Identity, linking: IdentityLinking, at now: Date
    ) async throws -> Person {
        let claims = try Identity.text(of: candidate.claims)
        return try await write { connection in
            let linked = try connection.first(
                of: "identities",
                """
                UPDATE identities SET claims = ?, verified_email = ?, last_login_at = ?
                WHERE provider = ? AND subject = ? RETURNING account_id
                """,
                [
                    .text(claims), .text(candidate.claims.verifiedEmailKey), .time(now),
                    .identifier(candidate.provider), .text(candidate.subject),
                ]
            ) { reader -> AccountID in try reader.identifier() }
            let found = try linked ?? Self.account(for: candidate, linking, in: connection)
            let identity = Identity(
                provider: candidate.provider, subject: candidate.subject, accountID: found ?? candidate.accountID,
                claims: candidate.claims, lastLoginAt: now)
            let account = try found.map { id in
                guard let account = try Self.account(id, in: connection) else {
                    throw StoreError.corrupt(table: "identities")
                }
                return account
            }
            if account == nil { try Self.insert(Account(id: candidate.accountID, createdAt: now), in: connection) }
            if linked == nil { try Self.insert(identity, claims: claims, in: connection) }
            return Person(identity: identity, account: account ?? Account(id: candidate.accountID, createdAt: now))
        }
    }

    package func changeClaims(
        _ changes: [String: JSONValue], of subject: String, at provider: ProviderID, event: AuditEvent
    ) async throws {
        try await write { connection in
            guard let identity = try person(provider: provider, subject: subject, in: connection)?.identity else {
                throw StoreError.notFound
            }
            let changed = identity.claims.changed(by: changes)
            try connection.run(
                "UPDATE identities SET claims = ?, verified_email = ? WHERE provider = ? AND subject = ?",
                [
                    .text(try Identity.text(of: changed)), .text(changed.verifiedEmailKey), .identifier(provider),
                    .text(subject),
                ])
            try connection.record([event])
        }
    }

    package func setStatus(_ status: Account.Status, of id: AccountID, event: AuditEvent) async throws {
        try await write { connection in
            let changed = try connection.run(
                "UPDATE accounts SET status = ? WHERE id = ?", [.text(status.rawValue), .identifier(id)])
            guard changed == 1 else { throw StoreError.notFound }
            switch status {
            case .active: break
            case .disabled: try Self.endEverything(of: id, by: event, in: connection)
            }
            try connection.record([event])
        }
    }

    package func signOut(_ id: AccountID, event: AuditEvent) async throws {
        try await write { connection in
            guard try Self.account(id, in: connection) != nil else { throw StoreError.notFound }
            try Self.endEverything(of: id, by: event, in: connection)
            try connection.record([event])
        }
    }

    package func setPassword(_ hash: PasswordHash, of id: AccountID, event: AuditEvent) async throws {
        try await write { connection in
            let changed = try connection.run(
                "UPDATE local_credentials SET password_hash = ? WHERE account_id = ?",
                [.text(hash.phc), .identifier(id)])
            guard changed == 1 else { throw StoreError.notFound }
            try Self.endEverything(of: id, by: event, in: connection)
            try connection.record([event])
        }
    }

    package func upgradePassword(
        of id: AccountID, from old: PasswordHash, to new: PasswordHash
    ) async throws {
        try await write { connection in
            _ = try connection.run(
                "UPDATE local_credentials SET password_hash = ? WHERE account_id = ? AND password_hash = ?",
                [.text(new.phc), .identifier(id), .text(old.phc)])
        }
    }
}

extension SQLiteStore {
    private static let localAccounts = """
        SELECT \(Account.columns), \(LocalCredential.columns), \(Identity.columns) FROM local_credentials
        JOIN accounts ON accounts.id = local_credentials.account_id
        JOIN identities USING (provider, subject)
        """

    @Sendable private func localAccount(_ reader: inout ColumnReader) throws -> LocalAccount {
        LocalAccount(
            account: try Account(reading: &reader), credential: try LocalCredential(reading: &reader),
            identity: try Identity(reading: &reader, decoded: decodedClaims))
    }

    /// The identity of `subject` at `provider` with its account, if one is linked.
    func person(provider: ProviderID, subject: String, in connection: Connection) throws -> Person? {
        try connection.first(of: "identities", Self.findPerson, [.identifier(provider), .text(subject)]) { reader in
            Person(
                identity: try Identity(reading: &reader, decoded: decodedClaims),
                account: try Account(reading: &reader))
        }
    }

    /// The person whom `grant` names.
    func person(of grant: Grant, in connection: Connection) throws -> Person? {
        try person(provider: grant.login.provider, subject: grant.login.subject, in: connection)
    }

    private static let findPerson = SQL.lasting(
        """
        SELECT \(Identity.columns), \(Account.columns) FROM identities
        JOIN accounts ON accounts.id = identities.account_id WHERE provider = ? AND subject = ?
        """)

    static func account(_ id: AccountID, in connection: Connection) throws -> Account? {
        try connection.first(
            of: "accounts", "SELECT \(Account.columns) FROM accounts WHERE id = ?", [.identifier(id)]
        ) { reader in try Account(reading: &reader) }
    }

    private static func insert(_ account: Account, in connection: Connection) throws {
        try connection.run("INSERT INTO accounts (id, status, created_at) VALUES (?, ?, ?)", account.columnValues)
    }

    static func insert(_ identity: Identity, claims: String, in connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO identities (provider, subject, account_id, claims, verified_email, last_login_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .identifier(identity.provider), .text(identity.subject), .identifier(identity.accountID),
                .text(claims), .text(identity.claims.verifiedEmailKey), .time(identity.lastLoginAt),
            ])
    }
}
