package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: DeviceStore {
    private static let findDevice = SQL.lasting("SELECT \(DeviceRequest.columns) FROM device_requests WHERE digest = ?")

    /// Nobody has decided, or the device has not come for its grant.
    private static let waits = "status IN ('pending', 'allowed')"

    package func keepDevice(
        _ request: DeviceRequest, within limit: DeviceLimit, at now: Date, events: [AuditEvent]
    ) async throws -> Bool {
        try await write { connection in
            let kept = try connection.run(
                """
                INSERT INTO device_requests (\(DeviceRequest.columns)) SELECT ?, ?, ?, ?, ?, ?, ?
                WHERE (SELECT count(*) FROM device_requests WHERE expires_at > ? AND \(Self.waits)) < ?
                    AND (SELECT count(*) FROM device_requests
                        WHERE client_id = ? AND expires_at > ? AND \(Self.waits)) < ?
                ON CONFLICT (user_code) DO NOTHING
                """,
                request.columnValues + [
                    .time(now), .integer(limit.total), .identifier(request.clientID), .time(now),
                    .integer(limit.perClient),
                ])
            guard kept == 1 else { return false }
            try connection.record(events)
            return true
        }
    }

    package func device(_ code: HandleDigest) async throws -> DeviceRequest? {
        try read { connection in
            try connection.first(of: "device_requests", Self.findDevice, [.digest(code)]) { reader in
                try DeviceRequest(reading: &reader)
            }
        }
    }

    package func waitingDevice(userCode: HandleDigest, at now: Date) async throws -> DeviceRequest? {
        try read { connection in
            try connection.first(
                of: "device_requests",
                """
                SELECT \(DeviceRequest.columns) FROM device_requests
                WHERE user_code = ? AND status = 'pending' AND expires_at > ?
                """, [.digest(userCode), .time(now)]
            ) { reader in try DeviceRequest(reading: &reader) }
        }
    }

    package func slowDownDevice(_ code: HandleDigest, by seconds: Int, atMost most: Int) async throws {
        _ = try await write { connection in
            try connection.run(
                """
                UPDATE device_requests SET poll_interval = min(poll_interval + ?, ?)
                WHERE digest = ? AND status = 'pending' AND poll_interval < ?
                """, [.integer(seconds), .integer(most), .digest(code), .integer(most)])
        }
    }

    package func decideDevice(
        _ decision: DeviceDecision, userCode: HandleDigest, client: ClientID, session: String?,
        consuming payload: PayloadUse, at now: Date, events: [AuditEvent]
    ) async throws -> DeviceDecisionOutcome {
        try await write { connection in
            guard try !Self.hasEnded(session, in: connection) else { return .gone }
            let waiting = try connection.first(
                of: "device_requests",
                """
                SELECT 1 FROM device_requests
                WHERE user_code = ? AND client_id = ? AND status = 'pending' AND expires_at > ?
                """, [.digest(userCode), .identifier(client), .time(now)]
            ) { _ in true }
            guard waiting == true else { return .gone }
            // Writers come one after the other, so what was found waiting still is.
            guard try Self.consume(payload, at: now, in: connection) else { return .alreadyUsed }
            try Self.note(decision, userCode: userCode, session: session, in: connection)
            try connection.record(events)
            return .decided
        }
    }

    private static func note(
        _ decision: DeviceDecision, userCode: HandleDigest, session: String?, in connection: Connection
    ) throws {
        switch decision {
        case .allow(let approval):
            try connection.run(
                """
                UPDATE device_requests
                SET status = 'allowed', (\(DeviceApproval.columns)) = (?, ?, ?, ?, ?, ?, ?, ?, ?)
                WHERE user_code = ?
                """
            ) { parameters in
                try approval.give(to: &parameters)
                try parameters.add(.digest(userCode))
            }
            // What a provider ends by the name of its own session ends the device's grant as well.
            try connection.run(
                """
                INSERT INTO upstream_sessions (provider, name, account_id, session_name, subject, expires_at)
                SELECT provider, name, account_id, ?, subject, expires_at FROM upstream_sessions
                WHERE account_id = ? AND session_name = ?
                ON CONFLICT (provider, name, account_id, session_name) DO NOTHING
                """,
                [.text(approval.login.sessionName), .identifier(approval.login.accountID), .text(session)])
        case .deny:
            try connection.run(
                "UPDATE device_requests SET status = 'denied' WHERE user_code = ?", [.digest(userCode)])
        }
    }

    package func redeemDevice(
        _ code: HandleDigest, of client: ClientID, at now: Date, limit: GrantLimit?,
        make: @escaping @Sendable (DeviceApproval) -> Grant, events: @escaping @Sendable (Grant) -> [AuditEvent]
    ) async throws -> DeviceRedemption? {
        try await write { connection in
            // The gate: only the caller whose update finds the request allowed gets it, across processes.
            let claimed = try connection.first(
                of: "device_requests",
                """
                UPDATE device_requests SET status = 'redeemed'
                WHERE digest = ? AND client_id = ? AND status = 'allowed' AND expires_at > ?
                RETURNING \(DeviceApproval.columns)
                """, [.digest(code), .identifier(client), .time(now)]
            ) { reader in try DeviceApproval(reading: &reader) }
            guard let approval = claimed else { return nil }
            try connection.run(
                "UPDATE device_requests SET sealed_tokens = NULL WHERE digest = ?", [.digest(code)])
            let grant = make(approval)
            try Self.insert(grant, within: limit, at: now, in: connection)
            try Self.countLogin(grant, at: now, in: connection)
            let login = approval.login
            let person = try person(provider: login.provider, subject: login.subject, in: connection)
            try connection.record(events(grant))
            return DeviceRedemption(grant: grant, approval: approval, person: person)
        }
    }
}
