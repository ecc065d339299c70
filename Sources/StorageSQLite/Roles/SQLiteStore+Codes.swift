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
    private static let findCode = SQL.lasting(
        """
        SELECT number, EXISTS (SELECT 1 FROM redeemed_codes WHERE number = codes.number),
            EXISTS (SELECT 1 FROM ended_sessions WHERE name = codes.session_name), \(IssuedCode.columns)
        FROM codes WHERE digest = ?
        """)
    private static let claimCode = SQL.lasting(
        """
        INSERT INTO redeemed_codes (number, redeemed_at, uncounted_logins) VALUES (?, ?, ?)
        ON CONFLICT (number) DO NOTHING
        """)
    private static let dropTokens = SQL.lasting("UPDATE codes SET sealed_tokens = NULL WHERE number = ?")

    package func issue(
        _ code: IssuedCode, consuming payload: PayloadUse, consent: RememberedConsent?, at now: Date,
        events: [AuditEvent]
    ) async throws -> Bool {
        try await write { connection in
            guard try Self.consume(payload, at: now, in: connection) else { return false }
            try connection.run(Self.keepCode) { parameters in try code.give(to: &parameters) }
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

    /// The claim is the gate: only the caller who is first with it gets the code, across processes.
    private func redeem(
        _ digest: HandleDigest, at now: Date, limit: GrantLimit?, judge: (IssuedCode) -> Result<Grant, OAuthError>,
        in connection: Connection
    ) throws -> CodeRedemption {
        guard let found = try Self.code(digest, in: connection) else { return .unknown }
        let code = found.code
        guard found.isRedeemed || now.milliseconds < code.expiresAt.milliseconds else { return .expired(code) }
        let judgement = found.isRedeemed || found.sessionHasEnded ? nil : judge(code)
        guard try Self.claim(found, judgement, at: now, in: connection) else {
            try Self.revoke(code.grantID, at: now, in: connection)
            return .replayed(code)
        }
        switch judgement {
        case nil: return .sessionEnded(code)
        case .failure(let refusal): return .refused(refusal, code)
        case .success(let grant):
            // A replay revokes the grant that the code names, so it must be this one.
            guard grant.id == code.grantID else { throw StoreError.unstorable }
            try Self.insert(grant, within: limit, at: now, in: connection)
            return .granted(grant, code, try person(of: grant, in: connection))
        }
    }

    private struct FoundCode {
        let number: Int
        let isRedeemed: Bool
        let sessionHasEnded: Bool
        let code: IssuedCode
    }

    private static func code(_ digest: HandleDigest, in connection: Connection) throws -> FoundCode? {
        try connection.first(of: "codes", findCode, [.digest(digest)]) { reader in
            FoundCode(
                number: try reader.integer(), isRedeemed: try reader.integer() == 1,
                sessionHasEnded: try reader.integer() == 1, code: try IssuedCode(reading: &reader))
        }
    }

    /// Uses up the code; false if that happened before. Where it led to a grant, it is a login that the sweep counts.
    private static func claim(
        _ found: FoundCode, _ judgement: Result<Grant, OAuthError>?, at now: Date, in connection: Connection
    ) throws -> Bool {
        let logins =
            switch judgement {
            case .success: 1
            case .failure, nil: 0
            }
        let claim: [SQLValue] = [.integer(found.number), .time(now), .integer(logins)]
        guard try connection.run(claimCode, claim) == 1 else { return false }
        if found.code.sealedTokens != nil {
            try connection.run(dropTokens, [.integer(found.number)])
        }
        return true
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
