package import OAuth
package import Storage

extension SQLiteStore: ClientStore {
    private static let findClient = SQL.lasting("SELECT \(Client.columns) FROM clients WHERE id = ?")

    package func client(_ id: ClientID) async throws -> Client? {
        try read { [clientRows] connection in
            try connection.first(of: "clients", Self.findClient, [.identifier(id)]) { reader in
                try Client.reading(&reader, decoded: clientRows)
            }
        }
    }

    package func clients() async throws -> [Client] {
        try await readAtLength { [clientRows] connection in
            try connection.all(of: "clients", "SELECT \(Client.columns) FROM clients ORDER BY id") { reader in
                try Client.reading(&reader, decoded: clientRows)
            }
        }
    }

    package func insert(_ client: Client, event: AuditEvent) async throws {
        try await write { connection in
            try Self.insert(client, in: connection)
            try connection.record([event])
        }
    }

    static func insert(_ client: Client, in connection: Connection) throws {
        try connection.run(
            "INSERT INTO clients (\(Client.columns)) VALUES (\(Client.placeholders))",
            client.columnValues)
    }

    package func replace(_ client: Client, event: AuditEvent) async throws {
        try await write { connection in
            try Self.replace(client, in: connection)
            try connection.record([event])
        }
    }

    static func replace(_ client: Client, in connection: Connection) throws {
        let changed = try connection.run(
            """
            UPDATE clients SET (\(Client.changeableColumns)) = (\(Client.changeablePlaceholders)) WHERE id = ?
            """, client.columnValues.dropFirst() + [.identifier(client.id)])
        guard changed == 1 else { throw StoreError.notFound }
    }

    package func deleteClient(_ id: ClientID, event: AuditEvent) async throws {
        try await write { connection in
            // Its grants, codes and consents go with it, by their foreign keys.
            let changed = try connection.run("DELETE FROM clients WHERE id = ?", [.identifier(id)])
            guard changed == 1 else { throw StoreError.notFound }
            try connection.record([event])
        }
    }
}
