import GRDB
package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: AccountStore {
    package func account(_ id: AccountID) async throws -> Account? {
        try read { database in try Self.account(id, in: database) }
    }

    package func person(provider: ProviderID, subject: String) async throws -> Person? {
        try read { database in
            try database.first(
                of: "identities",
                """
                SELECT \(Identity.columns), \(Account.columns) FROM identities
                JOIN accounts ON accounts.id = identities.account_id WHERE provider = ? AND subject = ?
                """, [.identifier(provider), .text(subject)]
            ) { reader in Person(identity: try Identity(reading: &reader), account: try Account(reading: &reader)) }
        }
    }

    package func localAccount(userNameKey: String) async throws -> LocalAccount? {
        try read { database in
            try database.first(
                of: "local_credentials", "\(Self.localAccounts) WHERE user_name_key = ?", [.text(userNameKey)],
                Self.localAccount)
        }
    }

    package func localAccounts() async throws -> [LocalAccount] {
        try await readAtLength { database in
            try database.all(
                of: "local_credentials", "\(Self.localAccounts) ORDER BY user_name_key", [], Self.localAccount)
        }
    }

    package func insert(_ local: LocalAccount, event: AuditEvent) async throws {
        let claims = try Identity.text(of: local.identity.claims)
        try await write { database in
            try Self.insert(local.account, in: database)
            try Self.insert(local.identity, claims: claims, in: database)
            try database.run(
                """
                INSERT INTO local_credentials (account_id, provider, subject, user_name, user_name_key, password_hash)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .identifier(local.credential.accountID), .identifier(local.identity.provider),
                    .text(local.identity.subject), .text(local.credential.userName),
                    .text(local.credential.userNameKey), .text(local.credential.passwordHash.phc),
                ])
            try database.record([event])
        }
    }

    package func recordLogin(
        _ candidate: Identity, linking: IdentityLinking, at now: Date
    ) async throws -> Person {
        let claims = try Identity.text(of: candidate.claims)
        return try await write { database in
            let linked = try database.first(
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
            let found = try linked ?? Self.account(for: candidate, linking, in: database)
            let identity = Identity(
                provider: candidate.provider, subject: candidate.subject, accountID: found ?? candidate.accountID,
                claims: candidate.claims, lastLoginAt: now)
            let account = try found.map { id in
                guard let account = try Self.account(id, in: database) else {
                    throw StoreError.corrupt(table: "identities")
                }
                return account
            }
            if account == nil { try Self.insert(Account(id: candidate.accountID, createdAt: now), in: database) }
            if linked == nil { try Self.insert(identity, claims: claims, in: database) }
            return Person(identity: identity, account: account ?? Account(id: candidate.accountID, createdAt: now))
        }
    }

    package func setStatus(_ status: Account.Status, of id: AccountID, event: AuditEvent) async throws {
        try await write { database in
            let changed = try database.run(
                "UPDATE accounts SET status = ? WHERE id = ?", [.text(status.rawValue), .identifier(id)])
            guard changed == 1 else { throw StoreError.notFound }
            switch status {
            case .active: break
            case .disabled: try Self.endEverything(of: id, at: event.at, in: database)
            }
            try database.record([event])
        }
    }

    package func setPassword(_ hash: PasswordHash, of id: AccountID, event: AuditEvent) async throws {
        try await write { database in
            let changed = try database.run(
                "UPDATE local_credentials SET password_hash = ? WHERE account_id = ?",
                [.text(hash.phc), .identifier(id)])
            guard changed == 1 else { throw StoreError.notFound }
            try Self.endEverything(of: id, at: event.at, in: database)
            try database.record([event])
        }
    }

    package func upgradePassword(
        of id: AccountID, from old: PasswordHash, to new: PasswordHash
    ) async throws {
        try await write { database in
            _ = try database.run(
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

    private static func localAccount(_ reader: inout ColumnReader) throws -> LocalAccount {
        LocalAccount(
            account: try Account(reading: &reader), credential: try LocalCredential(reading: &reader),
            identity: try Identity(reading: &reader))
    }

    static func account(_ id: AccountID, in database: Database) throws -> Account? {
        try database.first(
            of: "accounts", "SELECT \(Account.columns) FROM accounts WHERE id = ?", [.identifier(id)]
        ) { reader in try Account(reading: &reader) }
    }

    private static func insert(_ account: Account, in database: Database) throws {
        try database.run("INSERT INTO accounts (id, status, created_at) VALUES (?, ?, ?)", account.columnValues)
    }

    static func insert(_ identity: Identity, claims: String, in database: Database) throws {
        try database.run(
            """
            INSERT INTO identities (provider, subject, account_id, claims, verified_email, last_login_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .identifier(identity.provider), .text(identity.subject), .identifier(identity.accountID),
                .text(claims), .text(identity.claims.verifiedEmailKey), .time(identity.lastLoginAt),
            ])
    }

    /// Leaves nothing with which a disabled person, or a code already on its way, could still get a token.
    static func endEverything(of id: AccountID, at time: Date, in database: Database) throws {
        try database.run("DELETE FROM sessions WHERE account_id = ?", [.identifier(id)])
        try database.run("DELETE FROM codes WHERE account_id = ? AND redeemed_at IS NULL", [.identifier(id)])
        try database.run(
            """
            UPDATE payloads SET state = 'used_up', sealed_tokens = NULL WHERE account_id = ? AND state = 'staged'
            """, [.identifier(id)])
        try database.run(
            """
            UPDATE grants SET revoked_at = ?, sealed_successor = NULL, successor_expires_at = NULL
            WHERE account_id = ? AND revoked_at IS NULL
            """, [.time(time), .identifier(id)])
    }
}
