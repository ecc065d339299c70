package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: RegistrationStore {
    package func insert(_ access: InitialAccess, as digest: HandleDigest, event: AuditEvent) async throws {
        try await write { connection in
            try connection.run(
                "INSERT INTO initial_access (digest, \(InitialAccess.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [.digest(digest)] + access.columnValues)
            try connection.record([event])
        }
    }

    package func initialAccess(_ digest: HandleDigest, at now: Date) async throws -> InitialAccess? {
        try read { connection in
            try connection.first(
                of: "initial_access",
                """
                SELECT \(InitialAccess.columns) FROM initial_access
                WHERE digest = ? AND expires_at > ? AND uses_left > 0
                """, [.digest(digest), .time(now)]
            ) { reader in try InitialAccess(reading: &reader) }
        }
    }

    package func initialAccesses() async throws -> [InitialAccess] {
        try await readAtLength { connection in
            try connection.all(
                of: "initial_access", "SELECT \(InitialAccess.columns) FROM initial_access ORDER BY created_at, id"
            ) { reader in try InitialAccess(reading: &reader) }
        }
    }

    package func revokeInitialAccess(_ id: InitialAccessID, event: AuditEvent) async throws {
        try await write { connection in
            let removed = try connection.run("DELETE FROM initial_access WHERE id = ?", [.identifier(id)])
            guard removed == 1 else { throw StoreError.notFound }
            try connection.record([event])
        }
    }

    /// The first statement is the gate: it takes a use only where one is left, across processes.
    package func register(
        _ client: Client, as registration: ClientRegistration, by digest: HandleDigest, at now: Date, event: AuditEvent
    ) async throws -> Bool {
        try await write { connection in
            let taken = try connection.run(
                """
                UPDATE initial_access SET uses_left = uses_left - 1
                WHERE digest = ? AND expires_at > ? AND uses_left > 0
                """, [.digest(digest), .time(now)])
            guard taken == 1 else { return false }
            try Self.insert(client, in: connection)
            try connection.run(
                "INSERT INTO registrations (\(ClientRegistration.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
                registration.columnValues)
            try connection.record([event])
            return true
        }
    }

    package func registration(_ digest: HandleDigest) async throws -> ClientRegistration? {
        try read { connection in
            try connection.first(
                of: "registrations", "SELECT \(ClientRegistration.columns) FROM registrations WHERE digest = ?",
                [.digest(digest)]
            ) { reader in try ClientRegistration(reading: &reader) }
        }
    }

    package func replace(_ client: Client, as registration: ClientRegistration, event: AuditEvent) async throws {
        try await write { connection in
            let changed = try connection.run(
                "UPDATE registrations SET authentication_method = ? WHERE client_id = ?",
                [.text(registration.authenticationMethod), .identifier(client.id)])
            guard changed == 1 else { throw StoreError.notFound }
            try Self.replace(client, in: connection)
            try connection.record([event])
        }
    }
}
