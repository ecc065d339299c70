package import OAuth
package import Storage

extension SQLiteStore: ClientStore {
    private static let findRevision = SQL.lasting("SELECT revision FROM clients WHERE id = ?")
    private static let findClient = SQL.lasting("SELECT revision, \(Client.columns) FROM clients WHERE id = ?")

    package func client(_ id: ClientID) async throws -> Client? {
        try read { connection in try client(id, in: connection) }
    }

    /// The client as it stands; it is decoded only where its revision has not been seen before.
    func client(_ id: ClientID, in connection: Connection) throws -> Client? {
        let revision = try connection.first(of: "clients", Self.findRevision, [.identifier(id)]) { reader in
            ClientRevision(client: id, number: try reader.integer())
        }
        guard let revision else { return nil }
        if let known = decodedClients[revision] { return known }
        return try connection.first(of: "clients", Self.findClient, [.identifier(id)]) { reader in
            let revision = ClientRevision(client: id, number: try reader.integer())
            let length = reader.length(ofNext: Client.columnCount)
            let client = try Client(reading: &reader)
            decodedClients.keep(client, under: revision, length: length)
            return client
        }
    }

    package func clients() async throws -> [Client] {
        try await readAtLength { connection in
            try connection.all(of: "clients", "SELECT \(Client.columns) FROM clients ORDER BY id") { reader in
                try Client(reading: &reader)
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

/// One state of a client's row: the number is another one after every change of it.
struct ClientRevision: Hashable, Sendable {
    let client: ClientID
    let number: Int
}
