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

    /// Whether the session called `name` has ended within that time; what belongs to no session has not.
    static func hasEnded(_ name: String?, in connection: Connection) throws -> Bool {
        try connection.first(
            of: "ended_sessions", "SELECT 1 FROM ended_sessions WHERE name = ?", [.text(name)]
        ) { _ in true } ?? false
    }

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
        try end("account_id = ?", [.identifier(id)], by: event, in: connection)
    }

    /// Which logins of an identity are meant.
    enum LoginsAtEnd {
        case all
        /// Those that a login front end led, which belong to no session here.
        case withoutSession

        fileprivate var condition: String {
            switch self {
            case .all: "TRUE"
            case .withoutSession: "session_name IS NULL"
            }
        }
    }

    /// Ends `logins` that `account` made by `identity`, with all that began by them; what it began another way stays. False if
    /// there was nothing to end.
    @discardableResult
    static func end(
        _ logins: LoginsAtEnd, of identity: Identity, account: AccountID, by event: AuditEvent,
        in connection: Connection
    ) throws -> Bool {
        let login: [SQLValue] = [
            .identifier(account), .identifier(identity.provider), .text(identity.subject),
        ]
        let isLogin = "account_id = ? AND provider = ? AND subject = ? AND \(logins.condition)"
        let taking = try participants(
            where: "\(isLogin) AND (\(isCurrent))", login + [.time(event.at)], in: connection)
        try tell(taking, account: account, by: event, in: connection)
        return try end(isLogin, login, by: event, in: connection)
    }

    @discardableResult
    private static func end(
        _ isMeant: String, _ values: [SQLValue], by event: AuditEvent, in connection: Connection
    ) throws -> Bool {
        try connection.run(
            """
            INSERT INTO ended_sessions (name, expires_at)
            SELECT DISTINCT session_name, ? FROM sessions WHERE \(isMeant) AND session_name IS NOT NULL
            ON CONFLICT (name) DO NOTHING
            """, [.time(event.at.addingTimeInterval(endingMemory))] + values)
        var count = try connection.run("DELETE FROM sessions WHERE \(isMeant)", values)
        count += try connection.run(
            "DELETE FROM codes WHERE \(isMeant) AND number NOT IN (SELECT number FROM redeemed_codes)", values)
        count += try connection.run(
            "UPDATE payloads SET state = 'used_up', sealed_tokens = NULL WHERE \(isMeant) AND state = 'staged'", values)
        count += try connection.run(
            """
            UPDATE device_requests SET status = 'denied', sealed_tokens = NULL
            WHERE \(isMeant) AND status = 'allowed'
            """, values)
        let ended = try connection.all(
            of: "grants",
            """
            UPDATE grants SET revoked_at = ?, sealed_successor = NULL, successor_expires_at = NULL
            WHERE \(isMeant) AND revoked_at IS NULL
            RETURNING \(Grant.columns)
            """, [.time(event.at)] + values
        ) { reader in try Grant(reading: &reader) }
        try connection.record(ended.map(event.ending))
        return count + ended.count > 0
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
