import OAuth
package import Storage

extension SQLiteStore: UpstreamSessionStore {
    package func remember(_ session: UpstreamSession) async throws {
        try await write { connection in
            _ = try connection.run(
                """
                INSERT INTO upstream_sessions (provider, name, account_id, session_name, subject, expires_at)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (provider, name, account_id, session_name) DO UPDATE SET expires_at = excluded.expires_at
                """,
                [
                    .identifier(session.provider), .text(session.name), .identifier(session.accountID),
                    .text(session.sessionName), .text(session.subject), .time(session.expiresAt),
                ])
        }
    }

    package func end(_ ending: UpstreamEnding) async throws -> UpstreamEnding.Outcome {
        try await write { connection in
            let isNew = try connection.run(
                "INSERT INTO used_once (digest, expires_at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
                [.digest(ending.message), .time(ending.rememberedUntil)])
            guard isNew == 1 else { return .replayed }
            switch ending.reach {
            case .session(let name, let subject):
                let sessions = try Self.endSessions(of: name, subject: subject, ending, in: connection)
                // Which of the provider's sessions a front end's login was part of is not known here, and a login that
                // outlives its provider's session is the worse mistake.
                let others = try subject.map { try Self.endLogins(.withoutSession, of: $0, ending, in: connection) }
                return .ended(sessions.union(others ?? []))
            case .person(let subject):
                try connection.run(
                    "DELETE FROM upstream_sessions WHERE provider = ? AND subject = ?",
                    [.identifier(ending.provider), .text(subject)])
                return .ended(try Self.endLogins(.all, of: subject, ending, in: connection))
            }
        }
    }

    private static func endSessions(
        of name: String, subject: String?, _ ending: UpstreamEnding, in connection: Connection
    ) throws -> Set<AccountID> {
        let begun = try connection.all(
            of: "upstream_sessions",
            """
            DELETE FROM upstream_sessions WHERE provider = ? AND name = ? AND subject = coalesce(?, subject)
            RETURNING account_id, session_name
            """, [.identifier(ending.provider), .text(name), .text(subject)]
        ) { reader -> (account: AccountID, session: String) in (try reader.identifier(), try reader.text()) }
        // One that has ended here, by a logout that went over the provider, has been told of, and spared what it spares.
        let ended = try begun.filter { login in try !hasEnded(login.session, in: connection) }
        for (account, session) in ended {
            let event = ending.event(account)
            try connection.record([event])
            try connection.run(
                "DELETE FROM sessions WHERE account_id = ? AND session_name = ?",
                [.identifier(account), .text(session)])
            _ = try endGrants(of: session, account: account, .all, by: event, in: connection)
        }
        return Set(ended.map(\.account))
    }

    private static func endLogins(
        _ logins: LoginsAtEnd, of subject: String, _ ending: UpstreamEnding, in connection: Connection
    ) throws -> Set<AccountID> {
        let person: [SQLValue] = [.identifier(ending.provider), .text(subject)]
        let account = try connection.first(
            of: "identities", "SELECT account_id FROM identities WHERE provider = ? AND subject = ?", person
        ) { reader -> AccountID in try reader.identifier() }
        guard let account else { return [] }
        let event = ending.event(account)
        let identity = Identity(
            provider: ending.provider, subject: subject, accountID: account, claims: PersonClaims())
        let hasEnded = try end(logins, of: identity, account: account, by: event, in: connection)
        guard hasEnded else { return [] }
        try connection.record([event])
        return [account]
    }
}
