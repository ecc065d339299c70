import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SQLiteStore {
    /// Seconds for which an ended session is remembered: longer than a login can take from its page to its code's
    /// redemption.
    private static let endingMemory = 3600.0

    /// Which grants end with the session they began in.
    enum GrantsAtEnd {
        case all
        /// Those with `offline_access` are meant to outlive it (OIDC Back-Channel Logout §2.7).
        case allButOffline

        fileprivate var condition: String {
            switch self {
            case .all: "TRUE"
            case .allButOffline: "instr(' ' || scope || ' ', ' \(Scope.offlineAccess) ') = 0"
            }
        }
    }

    /// Ends `grants` that began in the session called `name`, and tells its clients; answers who took part.
    static func endGrants(
        of name: String, account: AccountID, _ grants: GrantsAtEnd, by event: AuditEvent, in connection: Connection
    ) throws -> [ClientID] {
        let session: [SQLValue] = [.identifier(account), .text(name)]
        let taking = try participants(where: "account_id = ? AND session_name = ?", session, in: connection)
        try tell(taking, account: account, by: event, in: connection)
        let ended = try connection.all(
            of: "grants",
            """
            UPDATE grants SET revoked_at = ?, sealed_successor = NULL, successor_expires_at = NULL
            WHERE account_id = ? AND session_name = ? AND revoked_at IS NULL AND expires_at > ?
            AND \(grants.condition)
            RETURNING \(Grant.columns)
            """, [.time(event.at)] + session + [.time(event.at)]
        ) { reader in try Grant(reading: &reader) }
        try connection.record(ended.map(event.ending))
        try connection.run(
            """
            INSERT INTO ended_sessions (name, expires_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING
            """, [.text(name), .time(event.at.addingTimeInterval(endingMemory))])
        return taking.map(\.client)
    }

    /// Leaves nothing with which a person who is to be out, or a code already on its way, could still get a token.
    static func endEverything(of id: AccountID, by event: AuditEvent, in connection: Connection) throws {
        let taking = try participants(
            where: "account_id = ? AND (\(isCurrent))", [.identifier(id), .time(event.at)], in: connection)
        try tell(taking.map(\.withoutSession), account: id, by: event, in: connection)
        try end("account_id = ?", [.identifier(id)], at: event.at, in: connection)
    }

    /// Ends what `account` began by `identity`; what it began another way stays.
    static func endLogins(
        of identity: Identity, account: AccountID, by event: AuditEvent, in connection: Connection
    ) throws {
        let login: [SQLValue] = [
            .identifier(account), .identifier(identity.provider), .text(identity.subject),
        ]
        let isLogin = "account_id = ? AND provider = ? AND subject = ?"
        let taking = try participants(
            where: "\(isLogin) AND (\(isCurrent))", login + [.time(event.at)], in: connection)
        try tell(taking, account: account, by: event, in: connection)
        try end(isLogin, login, at: event.at, in: connection)
    }

    private static func end(
        _ isMeant: String, _ values: [SQLValue], at time: Date, in connection: Connection
    ) throws {
        try connection.run(
            """
            INSERT INTO ended_sessions (name, expires_at)
            SELECT DISTINCT session_name, ? FROM sessions WHERE \(isMeant) AND session_name IS NOT NULL
            ON CONFLICT (name) DO NOTHING
            """, [.time(time.addingTimeInterval(endingMemory))] + values)
        try connection.run("DELETE FROM sessions WHERE \(isMeant)", values)
        try connection.run("DELETE FROM codes WHERE \(isMeant) AND redeemed_at IS NULL", values)
        try connection.run(
            "UPDATE payloads SET state = 'used_up', sealed_tokens = NULL WHERE \(isMeant) AND state = 'staged'", values)
        try connection.run(
            """
            UPDATE device_requests SET status = 'denied', sealed_tokens = NULL
            WHERE \(isMeant) AND status = 'allowed'
            """, values)
        try connection.run(
            """
            UPDATE grants SET revoked_at = ?, sealed_successor = NULL, successor_expires_at = NULL
            WHERE \(isMeant) AND revoked_at IS NULL
            """, [.time(time)] + values)
    }
}

/// A client in a session, or in none where a login front end led the login.
private struct Participant: Hashable {
    let client: ClientID
    let sessionName: String?
    /// Where it wants to hear of the end, if it does.
    let channel: LogoutChannel?

    /// What the client has to be told when everything it knows of the account ends: no session by name, unless it
    /// demands one.
    var withoutSession: Participant {
        switch channel?.session {
        case .required: self
        case .optional, nil: Participant(client: client, sessionName: nil, channel: channel)
        }
    }
}

extension SQLiteStore {
    /// Whether a grant is alive, or began in a session that is.
    private static let isCurrent = """
        (revoked_at IS NULL AND expires_at > ?)
        OR session_name IN (SELECT session_name FROM sessions WHERE account_id = ?1)
        """

    /// Who took part in the logins that `condition` means; the first of its values is the account's id.
    private static func participants(
        where condition: String, _ values: [SQLValue], in connection: Connection
    ) throws -> [Participant] {
        try connection.all(
            of: "clients",
            """
            SELECT DISTINCT client_id, session_name, backchannel_logout_uri, backchannel_logout_session
            FROM grants JOIN clients ON clients.id = grants.client_id
            WHERE \(condition) ORDER BY client_id, session_name
            """, values
        ) { reader in
            Participant(
                client: try reader.identifier(), sessionName: reader.optionalText(),
                channel: try Client.logoutChannel(&reader))
        }
    }

    /// Leaves a notice for every one of `participants` that wants to hear.
    private static func tell(
        _ participants: [Participant], account: AccountID, by event: AuditEvent, in connection: Connection
    ) throws {
        var told: Set<Participant> = []
        for participant in participants {
            guard let channel = participant.channel, told.insert(participant).inserted else { continue }
            try connection.run(
                """
                INSERT INTO logout_notices (client_id, account_id, session_name, ended_at, ray, host, attempts, due_at)
                VALUES (?, ?, ?, ?, ?, ?, 0, ?)
                """,
                [
                    .identifier(participant.client), .identifier(account), .text(participant.sessionName),
                    .time(event.at), .integer(event.ray.map { Int64(bitPattern: $0.rawValue) }),
                    .text(channel.origin), .time(event.at),
                ])
        }
    }
}
