package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore {
    package func keepRequest(_ sealed: String, as reference: HandleDigest, until expiry: Date) async throws -> Bool {
        try await write { connection in
            try connection.run(
                """
                INSERT INTO kept_requests (reference, sealed, expires_at)
                SELECT ?, ?, ? WHERE (SELECT count(*) FROM kept_requests) < 10000
                """, [.digest(reference), .text(sealed), .time(expiry)]) == 1
        }
    }

    package func keptRequest(_ reference: HandleDigest, at now: Date) async throws -> String? {
        try read { connection in
            try connection.first(
                of: "kept_requests", "SELECT sealed FROM kept_requests WHERE reference = ? AND expires_at > ?",
                [.digest(reference), .time(now)]
            ) { reader in try reader.text() }
        }
    }

    package func stage(
        _ login: StagedLogin, for original: PayloadID, events: [AuditEvent]
    ) async throws -> Bool {
        try await write { connection in
            if original != login.payloadID {
                guard try Self.useUp(original, until: login.expiresAt, in: connection) else { return false }
                // The second name is fresh: finding it taken is an error, which frees the first one again.
                guard try Self.attach(login, in: connection) else { throw StoreError.conflict }
            } else {
                guard try Self.attach(login, in: connection) else { return false }
            }
            try connection.record(events)
            return true
        }
    }

    package func staged(_ payload: PayloadID, at now: Date) async throws -> Staging {
        try read { connection in
            try connection.first(
                of: "payloads",
                "SELECT state, expires_at, sealed_tokens, \(Login.columns) FROM payloads WHERE id = ?",
                [.identifier(payload)]
            ) { reader in
                let state = try reader.text()
                let expiry = try reader.time()
                guard state == "staged", now < expiry else { return .usedUp }
                let sealedTokens = reader.optionalText()
                return .login(
                    StagedLogin(
                        payloadID: payload, login: try Login(reading: &reader), sealedTokens: sealedTokens,
                        expiresAt: expiry))
            } ?? .nothing
        }
    }

    package func useUp(_ payload: PayloadUse, at now: Date, events: [AuditEvent]) async throws -> Bool {
        try await write { connection in
            guard try Self.consume(payload, at: now, in: connection) else { return false }
            try connection.record(events)
            return true
        }
    }

    /// Uses up `payload`; false if that happened before.
    static func consume(_ payload: PayloadUse, at now: Date, in connection: Connection) throws -> Bool {
        switch payload {
        case .nothing: true
        case .travelled(let id, let expiry): try useUp(id, until: expiry, in: connection)
        case .staged(let id):
            try connection.run(
                """
                UPDATE payloads SET state = 'used_up', sealed_tokens = NULL
                WHERE id = ? AND state = 'staged' AND expires_at > ?
                """, [.identifier(id), .time(now)]) == 1
        }
    }

    /// Marks `payload` as spent; false if it was known already.
    private static func useUp(_ payload: PayloadID, until expiry: Date, in connection: Connection) throws -> Bool {
        try connection.run(
            """
            INSERT INTO payloads (id, state, expires_at) VALUES (?, 'used_up', ?) ON CONFLICT (id) DO NOTHING
            """, [.identifier(payload), .time(expiry)]) == 1
    }

    /// Stores `login` under its payload; false if that was known already.
    private static func attach(_ login: StagedLogin, in connection: Connection) throws -> Bool {
        try connection.run(
            """
            INSERT INTO payloads (id, state, sealed_tokens, expires_at, \(Login.columns))
            VALUES (?, 'staged', ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """
        ) { parameters in
            try parameters.add(.identifier(login.payloadID))
            try parameters.add(.text(login.sealedTokens))
            try parameters.add(.time(login.expiresAt))
            try login.login.give(to: &parameters)
        } == 1
    }
}
