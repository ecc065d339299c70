package import OAuth
package import Storage

extension SQLiteStore: ClientStore {
    package func client(_ id: ClientID) async throws -> Client? {
        try read { database in
            try database.first(
                of: "clients", "SELECT \(Client.columns) FROM clients WHERE id = ?", [.identifier(id)]
            ) { reader in try Client(reading: &reader) }
        }
    }

    package func clients() async throws -> [Client] {
        try await readAtLength { database in
            try database.all(of: "clients", "SELECT \(Client.columns) FROM clients ORDER BY id") { reader in
                try Client(reading: &reader)
            }
        }
    }

    package func insert(_ client: Client, event: AuditEvent) async throws {
        try await write { database in
            try database.run(
                "INSERT INTO clients (\(Client.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                client.columnValues)
            try database.record([event])
        }
    }

    package func replace(_ client: Client, event: AuditEvent) async throws {
        try await write { database in
            let changed = try database.run(
                """
                UPDATE clients SET (\(Client.columns)) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?
                """, client.columnValues + [.identifier(client.id)])
            guard changed == 1 else { throw StoreError.notFound }
            try database.record([event])
        }
    }

    package func deleteClient(_ id: ClientID, event: AuditEvent) async throws {
        try await write { database in
            // Its grants, codes and consents go with it, by their foreign keys.
            let changed = try database.run("DELETE FROM clients WHERE id = ?", [.identifier(id)])
            guard changed == 1 else { throw StoreError.notFound }
            try database.record([event])
        }
    }
}
