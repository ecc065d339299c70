import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: SealedStore {
    package func envelopes(
        at place: SealedPlace, after key: [[UInt8]]?, beginningWithNoneOf prefixes: [String], limit: Int
    ) async throws -> [SealedRow] {
        let column = SealedColumn(of: place)
        let marks = Array(repeating: "?", count: prefixes.count).joined(separator: ", ")
        let statement: SQL = """
            SELECT \(column.keyNames), \(column.name) FROM \(column.table)
            WHERE \(column.name) IS NOT NULL AND (\(column.keyNames)) > (\(column.keyMarks))
                AND substr(\(column.name), 1, \(prefixes.first?.utf8.count ?? 0)) NOT IN (\(marks))
            ORDER BY \(column.keyNames) LIMIT ?
            """
        // No key is empty, so the first row comes after an empty one.
        let start = key ?? column.keys.map { _ in [] }
        let values = start.map { SQLValue(storage: .blob($0)) } + prefixes.map { .text($0) } + [.integer(limit)]
        return try await readAtLength { connection in
            try connection.all(of: column.table, statement, values) { reader in
                let key = try column.keys.map { _ in
                    guard let part = reader.optionalBytes() else { throw reader.damage }
                    return part
                }
                return SealedRow(key: key, envelope: try reader.text())
            }
        }
    }

    package func replaceEnvelopes(
        at place: SealedPlace, _ replacements: [EnvelopeReplacement]
    ) async throws -> Int {
        let column = SealedColumn(of: place)
        let statement: SQL = """
            UPDATE \(column.table) SET \(column.name) = ?
            WHERE (\(column.keyNames)) = (\(column.keyMarks)) AND \(column.name) = ?
            """
        return try await write { connection in
            try replacements.reduce(0) { count, replacement in
                let row = replacement.row
                let key = row.key.map { SQLValue(storage: .blob($0)) }
                return count
                    + (try connection.run(statement, [.text(replacement.envelope)] + key + [.text(row.envelope)]))
            }
        }
    }

    package func countEnvelopes(at place: SealedPlace, byFirst length: Int) async throws -> [String: Int] {
        let column = SealedColumn(of: place)
        let statement: SQL = """
            SELECT substr(\(column.name), 1, \(length)), count(*) FROM \(column.table)
            WHERE \(column.name) IS NOT NULL GROUP BY 1
            """
        let counts = try await readAtLength { connection in
            try connection.all(of: column.table, statement) { (try $0.text(), try $0.integer()) }
        }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    package func grantsRefreshed(before time: Date, at now: Date) async throws -> (count: Int, end: Date?) {
        try await readAtLength { connection in
            let found = try connection.first(
                of: "grants",
                """
                SELECT count(*), max(expires_at) FROM grants
                WHERE revoked_at IS NULL AND expires_at > ? AND coalesce(rotated_at, created_at) < ?
                """, [.time(now), .time(time)]
            ) { (try $0.integer(), $0.optionalTime()) }
            return found.map { (count: $0.0, end: $0.1) } ?? (count: 0, end: nil)
        }
    }
}

/// A column that holds envelopes.
struct SealedColumn: Sendable {
    /// A column of a primary key.
    struct Key: Sendable {
        let name: String
        /// What makes a value of the column of a blob.
        let mark: String

        static func text(_ name: String) -> Key { Key(name: name, mark: "CAST(? AS TEXT)") }
        static func blob(_ name: String) -> Key { Key(name: name, mark: "?") }
        static func number(_ name: String) -> Key { Key(name: name, mark: "CAST(CAST(? AS TEXT) AS INTEGER)") }
    }

    let table: String
    let name: String
    let keys: [Key]

    private init(_ table: String, _ name: String, _ keys: Key...) {
        self.table = table
        self.name = name
        self.keys = keys
    }

    var keyNames: String { keys.map(\.name).joined(separator: ", ") }
    var keyMarks: String { keys.map(\.mark).joined(separator: ", ") }

    init(of place: SealedPlace) {
        self =
            switch place {
            case .signingKeys: Self("signing_keys", "sealed_private_key", .text("id"))
            case .trailSeal: Self("audit_trail", "seal", .number("id"))
            case .lastingSecrets: Self("lasting_secrets", "sealed", .text("name"))
            case .clientKeys: Self("clients", "upstream_token_key", .text("id"))
            case .vaultTokens: Self("vault", "sealed_tokens", .text("provider"), .text("subject"))
            case .vaultRefreshTokens: Self("vault", "sealed_refresh_token", .text("provider"), .text("subject"))
            case .sessions: Self("sessions", "sealed_id_token", .blob("digest"))
            case .requests: Self("kept_requests", "sealed", .blob("reference"))
            case .logins: Self("payloads", "sealed_tokens", .text("id"))
            case .codes: Self("codes", "sealed_tokens", .blob("digest"))
            case .successors: Self("grants", "sealed_successor", .text("id"))
            case .devices: Self("device_requests", "sealed_tokens", .blob("digest"))
            }
    }
}
