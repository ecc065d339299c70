import GRDB
package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: AuthorizationStore {
    package func issue(
        _ code: IssuedCode, consuming payload: PayloadUse, consent: RememberedConsent?, at now: Date,
        events: [AuditEvent]
    ) async throws -> Bool {
        try await write { database in
            guard try Self.consume(payload, at: now, in: database) else { return false }
            try database.run(
                """
                INSERT INTO codes (\(IssuedCode.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, code.columnValues)
            if let consent { try Self.remember(consent, in: database) }
            try database.record(events)
            return true
        }
    }

    package func redeem(
        _ digest: HandleDigest, at now: Date,
        judge: @escaping @Sendable (IssuedCode) -> Result<Grant, OAuthError>,
        events: @escaping @Sendable (CodeRedemption) -> [AuditEvent]
    ) async throws -> CodeRedemption {
        try await write { database in
            let redemption = try Self.redeem(digest, at: now, judge: judge, in: database)
            try database.record(events(redemption))
            return redemption
        }
    }

    /// The first statement is the gate: only the caller whose update finds the code unused gets it, across processes.
    private static func redeem(
        _ digest: HandleDigest, at now: Date, judge: (IssuedCode) -> Result<Grant, OAuthError>, in database: Database
    ) throws -> CodeRedemption {
        let claimed = try database.first(
            of: "codes",
            """
            UPDATE codes SET redeemed_at = ? WHERE digest = ? AND redeemed_at IS NULL AND expires_at > ?
            RETURNING \(IssuedCode.columns)
            """, [.time(now), .digest(digest), .time(now)]
        ) { reader in try IssuedCode(reading: &reader) }
        guard let code = claimed else { return try tooLate(digest, at: now, in: database) }
        if code.sealedTokens != nil {
            try database.run("UPDATE codes SET sealed_tokens = NULL WHERE digest = ?", [.digest(digest)])
        }
        switch judge(code) {
        case .failure(let refusal): return .refused(refusal, code)
        case .success(let grant):
            // A replay revokes the grant that the code names, so it must be this one.
            guard grant.id == code.grantID else { throw StoreError.unstorable }
            try insert(grant, in: database)
            return .granted(grant, code)
        }
    }

    private static func tooLate(
        _ digest: HandleDigest, at now: Date, in database: Database
    ) throws -> CodeRedemption {
        let found = try database.first(
            of: "codes", "SELECT redeemed_at, \(IssuedCode.columns) FROM codes WHERE digest = ?", [.digest(digest)]
        ) { reader in (redeemedAt: reader.optionalTime(), code: try IssuedCode(reading: &reader)) }
        guard let found else { return .unknown }
        guard found.redeemedAt != nil else { return .expired(found.code) }
        try revoke(found.code.grantID, at: now, in: database)
        return .replayed(found.code)
    }
}

extension SQLiteStore: ConsentStore {
    package func consentedScope(account: AccountID, client: ClientID) async throws -> Scope {
        try read { database in
            Scope(
                try database.all(
                    of: "consents",
                    """
                    SELECT scope_token FROM consents WHERE account_id = ? AND client_id = ?
                    ORDER BY granted_at, scope_token
                    """, [.identifier(account), .identifier(client)]
                ) { reader in try reader.text() })
        }
    }

    private static func remember(_ consent: RememberedConsent, in database: Database) throws {
        for token in consent.scope.tokens {
            try database.run(
                """
                INSERT INTO consents (account_id, client_id, scope_token, granted_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (account_id, client_id, scope_token) DO NOTHING
                """,
                [.identifier(consent.accountID), .identifier(consent.clientID), .text(token), .time(consent.grantedAt)])
        }
    }
}
