import GRDB
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Migration {
    /// Numbers the events without gaps and links each to all before it, those from before this step included.
    ///
    /// `audit_trail` is one row: where the trail begins and ends, so that a missing end shows, and the seal on it.
    static let chainedTrail = Migration(
        version: 5,
        sql: """
            CREATE TABLE audit_trail (
                id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                start_number INTEGER NOT NULL CHECK (start_number >= 0),
                start_link BLOB NOT NULL CHECK (length(start_link) = 32),
                end_number INTEGER NOT NULL CHECK (end_number >= start_number),
                end_link BLOB NOT NULL CHECK (length(end_link) = 32),
                seal TEXT CHECK (seal <> '')
            ) STRICT;

            ALTER TABLE audit_events RENAME TO unlinked_events;
            DROP INDEX audit_events_by_time;
            DROP TRIGGER audit_events_are_final;
            CREATE TABLE audit_events (
                id INTEGER NOT NULL PRIMARY KEY,
                at INTEGER NOT NULL,
                kind TEXT NOT NULL,
                ray INTEGER,
                account_id TEXT,
                client_id TEXT,
                provider TEXT,
                grant_id TEXT,
                address TEXT,
                reason TEXT,
                link BLOB NOT NULL CHECK (length(link) = 32)
            ) STRICT;
            CREATE INDEX audit_events_by_time ON audit_events (at);
            """,
        completion: { database in
            let end = try linkOldEvents(database)
            try database.execute(
                sql: "INSERT INTO audit_trail VALUES (1, 0, zeroblob(32), ?, ?, NULL)",
                arguments: [end.number, Data(end.link.bytes)])
            try database.execute(
                sql: """
                    DROP TABLE unlinked_events;
                    CREATE TRIGGER audit_events_are_final BEFORE UPDATE ON audit_events
                    BEGIN
                        SELECT RAISE(ABORT, 'audit events are never changed');
                    END;
                    CREATE TRIGGER audit_events_are_kept BEFORE DELETE ON audit_events
                    WHEN old.id > (SELECT start_number FROM audit_trail)
                    BEGIN
                        SELECT RAISE(ABORT, 'audit events are never deleted but by retention');
                    END;
                    CREATE TRIGGER audit_trail_stays BEFORE DELETE ON audit_trail
                    BEGIN
                        SELECT RAISE(ABORT, 'the trail has an extent');
                    END;
                    """)
        })

    private static func linkOldEvents(_ database: Database) throws -> (number: Int64, link: ChainLink) {
        var (number, link) = (Int64(0), ChainLink.origin)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT kind, account_id, client_id, provider, grant_id, address, reason, at, ray FROM unlinked_events
                ORDER BY id
                """)
        let insertion = try database.makeStatement(
            sql: """
                INSERT INTO audit_events
                    (kind, account_id, client_id, provider, grant_id, address, reason, at, ray, id, link)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        while let row = try rows.next() {
            let texts = (0..<7).map { row[$0] as String? }
            let (at, ray) = (row[7] as Int64, row[8] as Int64?)
            number += 1
            link = ChainLink(
                after: link, number: number, at: at, ray: ray.map(UInt64.init(bitPattern:)), texts: texts)
            let values: [(any DatabaseValueConvertible)?] = texts + [at, ray, number, Data(link.bytes)]
            try insertion.execute(arguments: StatementArguments(values))
        }
        return (number, link)
    }
}
