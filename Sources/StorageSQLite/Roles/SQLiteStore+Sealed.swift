import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: SealedStore {
    package func envelopes(
        at place: SealedPlace, after key: [UInt8]?, beginningWithNoneOf prefixes: [String], limit: Int
    ) async throws -> [SealedRow] {
        let column = SealedColumn(of: place)
        let marks = Array(repeating: "?", count: prefixes.count).joined(separator: ", ")
        let others = prefixes.map { SQLValue.text($0) }
        // No key is empty, so the first row comes after an empty one.
        let statement: SQL = """
            SELECT CAST(\(column.key) AS BLOB), \(column.name) FROM \(column.table)
            WHERE \(column.name) IS NOT NULL AND \(column.key) > \(column.keyArgument)
                AND substr(\(column.name), 1, \(prefixes.first?.utf8.count ?? 0)) NOT IN (\(marks))
            ORDER BY \(column.key) LIMIT ?
            """
        return try await readAtLength { connection in
            try connection.all(
                of: column.table, statement,
                [SQLValue(storage: .blob(key ?? []))] + others + [.integer(limit)]
            ) { reader in
                guard let key = reader.optionalBytes() else { throw reader.damage }
                return SealedRow(key: key, envelope: try reader.text())
            }
        }
    }

    package func replaceEnvelopes(
        at place: SealedPlace, _ replacements: [EnvelopeReplacement]
    ) async throws -> Int {
        let column = SealedColumn(of: place)
        let statement: SQL = """
            UPDATE \(column.table) SET \(column.name) = ? WHERE \(column.key) = \(column.keyArgument) AND \(column.name) = ?
            """
        return try await write { connection in
            try replacements.reduce(0) { count, replacement in
                let row = replacement.row
                return count
                    + (try connection.run(
                        statement,
                        [
                            .text(replacement.envelope), SQLValue(storage: .blob(row.key)), .text(row.envelope),
                        ]))
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
    let table: String
    let name: String
    /// The primary key: one column.
    let key: String
    /// What makes the key of a blob.
    let keyArgument: String

    private init(_ table: String, _ name: String, key: String, keyArgument: String) {
        self.table = table
        self.name = name
        self.key = key
        self.keyArgument = keyArgument
    }

    init(of place: SealedPlace) {
        let (text, blob, number) = ("CAST(? AS TEXT)", "?", "CAST(CAST(? AS TEXT) AS INTEGER)")
        self =
            switch place {
            case .signingKeys: Self("signing_keys", "sealed_private_key", key: "id", keyArgument: text)
            case .trailSeal: Self("audit_trail", "seal", key: "id", keyArgument: number)
            case .lastingSecrets: Self("lasting_secrets", "sealed", key: "name", keyArgument: text)
            case .sessions: Self("sessions", "sealed_id_token", key: "digest", keyArgument: blob)
            case .requests: Self("kept_requests", "sealed", key: "reference", keyArgument: blob)
            case .logins: Self("payloads", "sealed_tokens", key: "id", keyArgument: text)
            case .codes: Self("codes", "sealed_tokens", key: "digest", keyArgument: blob)
            case .successors: Self("grants", "sealed_successor", key: "id", keyArgument: text)
            case .devices: Self("device_requests", "sealed_tokens", key: "digest", keyArgument: blob)
            case .clientKeys: Self("clients", "upstream_token_key", key: "id", keyArgument: text)
            case .vault: Self("vault", "sealed_tokens", key: "rowid", keyArgument: number)
            case .vaultRefresh: Self("vault", "sealed_refresh_token", key: "rowid", keyArgument: number)
            }
    }
}
