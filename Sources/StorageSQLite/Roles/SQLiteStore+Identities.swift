package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SQLiteStore: IdentityStore {
    package func identities(of account: AccountID) async throws -> [Identity] {
        try read { [decodedClaims] connection in
            try connection.all(
                of: "identities",
                "SELECT \(Identity.columns) FROM identities WHERE account_id = ? ORDER BY provider, subject",
                [.identifier(account)]
            ) { reader in try Identity(reading: &reader, decoded: decodedClaims) }
        }
    }

    package func link(
        _ identity: Identity, from owner: AccountID?, event: AuditEvent
    ) async throws -> IdentityLink {
        let claims = try Identity.text(of: identity.claims)
        return try await write { connection in
            guard try Self.account(identity.accountID, in: connection)?.status == .active else {
                throw StoreError.notFound
            }
            let holder = try Self.holder(of: identity, in: connection)
            guard holder != identity.accountID else { return .alreadyLinked }
            if let holder {
                guard holder == owner else { return .ownedBy(holder) }
                try connection.run(
                    "DELETE FROM identities WHERE provider = ? AND subject = ?",
                    [.identifier(identity.provider), .text(identity.subject)])
                try Self.end(.all, of: identity, account: holder, by: event, in: connection)
            }
            try Self.insert(identity, claims: claims, in: connection)
            try connection.record([event])
            return .linked
        }
    }

    package func unlink(
        provider: ProviderID, subject: String, from account: AccountID, event: AuditEvent
    ) async throws -> Bool {
        try await write { connection in
            let removed = try connection.run(
                """
                DELETE FROM identities WHERE provider = ?1 AND subject = ?2 AND account_id = ?3
                AND EXISTS (
                    SELECT 1 FROM identities AS other
                    WHERE other.account_id = ?3 AND (other.provider, other.subject) <> (?1, ?2)
                )
                AND NOT EXISTS (
                    SELECT 1 FROM local_credentials AS local WHERE (local.provider, local.subject) = (?1, ?2)
                )
                """, [.identifier(provider), .text(subject), .identifier(account)])
            guard removed == 1 else { return false }
            let identity = Identity(
                provider: provider, subject: subject, accountID: account, claims: PersonClaims())
            try Self.end(.all, of: identity, account: account, by: event, in: connection)
            try connection.record([event])
            return true
        }
    }
}

extension SQLiteStore {
    /// The account that `linking` leads a new identity to, with the trail of it.
    static func account(
        for candidate: Identity, _ linking: IdentityLinking, in connection: Connection
    ) throws -> AccountID? {
        switch linking {
        case .never: return nil
        case .byVerifiedEmail(let address):
            let vouched = try connection.all(
                of: "identities", "SELECT account_id, provider FROM identities WHERE verified_email = ?",
                [.text(address.key)]
            ) { reader -> (account: AccountID, provider: ProviderID) in
                (try reader.identifier(), try reader.identifier())
            }
            let accounts = Set(vouched.filter { address.vouchers.contains($0.provider) }.map(\.account))
            guard accounts.count == 1, let account = accounts.first,
                try !hasIdentity(at: candidate.provider, account, in: connection)
            else { return nil }
            try connection.record([address.event(account)])
            return account
        }
    }

    private static func hasIdentity(
        at provider: ProviderID, _ account: AccountID, in connection: Connection
    ) throws -> Bool {
        try connection.first(
            of: "identities", "SELECT 1 FROM identities WHERE account_id = ? AND provider = ?",
            [.identifier(account), .identifier(provider)]
        ) { _ in true } ?? false
    }

    private static func holder(of identity: Identity, in connection: Connection) throws -> AccountID? {
        try connection.first(
            of: "identities", "SELECT account_id FROM identities WHERE provider = ? AND subject = ?",
            [.identifier(identity.provider), .text(identity.subject)]
        ) { reader in try reader.identifier() }
    }
}
