package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: AuthorizationStore {
    private static let keepCode = SQL.lasting(
        "INSERT INTO codes (\(IssuedCode.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    private static let claimCode = SQL.lasting(
        """
        UPDATE codes SET redeemed_at = ? WHERE digest = ? AND redeemed_at IS NULL AND expires_at > ?
        RETURNING \(IssuedCode.columns),
            EXISTS (SELECT 1 FROM ended_sessions WHERE name = codes.session_name)
        """)

    package func issue(
        _ code: IssuedCode, consuming payload: PayloadUse, consent: RememberedConsent?, at now: Date,
        events: [AuditEvent]
    ) async throws -> Bool {
        try await write { connection in
            guard try Self.consume(payload, at: now, in: connection) else { return false }
            try connection.run(Self.keepCode, code.columnValues)
            if let consent { try Self.remember(consent, in: connection) }
            try connection.record(events)
            return true
        }
    }

    package func redeem(
        _ digest: HandleDigest, at now: Date, limit: GrantLimit?,
        judge: @escaping @Sendable (IssuedCode) -> Result<Grant, OAuthError>,
        events: @escaping @Sendable (CodeRedemption) -> [AuditEvent]
    ) async throws -> CodeRedemption {
        try await write { connection in
            let redemption = try redeem(digest, at: now, limit: limit, judge: judge, in: connection)
            try connection.record(events(redemption))
            return redemption
        }
    }

    /// The first statement is the gate: only the caller whose update finds the code unused gets it, across processes.
    private func redeem(
        _ digest: HandleDigest, at now: Date, limit: GrantLimit?, judge: (IssuedCode) -> Result<Grant, OAuthError>,
        in connection: Connection
    ) throws -> CodeRedemption {
        let claimed = try connection.first(
            of: "codes", Self.claimCode, [.time(now), .digest(digest), .time(now)]
        ) { reader in (code: try IssuedCode(reading: &reader), hasEnded: try reader.integer() == 1) }
        guard let (code, hasEnded) = claimed else { return try Self.tooLate(digest, at: now, in: connection) }
        if code.sealedTokens != nil {
            try connection.run("UPDATE codes SET sealed_tokens = NULL WHERE digest = ?", [.digest(digest)])
        }
        guard !hasEnded else { return .sessionEnded(code) }
        switch judge(code) {
        case .failure(let refusal): return .refused(refusal, code)
        case .success(let grant):
            // A replay revokes the grant that the code names, so it must be this one.
            guard grant.id == code.grantID else { throw StoreError.unstorable }
            try Self.insert(grant, within: limit, at: now, in: connection)
            try Self.countLogin(grant, at: now, in: connection)
            let person = try person(provider: grant.login.provider, subject: grant.login.subject, in: connection)
            return .granted(grant, code, person)
        }
    }

    private static func tooLate(
        _ digest: HandleDigest, at now: Date, in connection: Connection
    ) throws -> CodeRedemption {
        let found = try connection.first(
            of: "codes", "SELECT redeemed_at, \(IssuedCode.columns) FROM codes WHERE digest = ?", [.digest(digest)]
        ) { reader in (redeemedAt: reader.optionalTime(), code: try IssuedCode(reading: &reader)) }
        guard let found else { return .unknown }
        guard found.redeemedAt != nil else { return .expired(found.code) }
        try revoke(found.code.grantID, at: now, in: connection)
        return .replayed(found.code)
    }
}

extension SQLiteStore: ConsentStore {
    private static let findConsents = SQL.lasting(
        "SELECT scope_token FROM consents WHERE account_id = ? AND client_id = ? ORDER BY granted_at, scope_token")

    package func consentedScope(account: AccountID, client: ClientID) async throws -> Scope {
        try read { connection in
            Scope(
                try connection.all(
                    of: "consents",
                    Self.findConsents, [.identifier(account), .identifier(client)]
                ) { reader in try reader.text() })
        }
    }

    private static let findClaimConsents = SQL.lasting(
        "SELECT claim FROM claim_consents WHERE account_id = ? AND client_id = ? ORDER BY claim")

    package func consentedClaims(account: AccountID, client: ClientID) async throws -> [String] {
        try read { connection in
            try connection.all(
                of: "claim_consents", Self.findClaimConsents, [.identifier(account), .identifier(client)]
            ) { reader in try reader.text() }
        }
    }

    private static func remember(_ consent: RememberedConsent, in connection: Connection) throws {
        for token in consent.scope.tokens {
            try connection.run(
                """
                INSERT INTO consents (account_id, client_id, scope_token, granted_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (account_id, client_id, scope_token) DO NOTHING
                """,
                [.identifier(consent.accountID), .identifier(consent.clientID), .text(token), .time(consent.grantedAt)])
        }
        for claim in consent.claims {
            try connection.run(
                """
                INSERT INTO claim_consents (account_id, client_id, claim, granted_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (account_id, client_id, claim) DO NOTHING
                """,
                [.identifier(consent.accountID), .identifier(consent.clientID), .text(claim), .time(consent.grantedAt)])
        }
    }
}
