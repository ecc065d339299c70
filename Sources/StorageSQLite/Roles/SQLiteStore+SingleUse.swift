package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: SingleUseStore {
    private static let markUsed = SQL.lasting(
        "INSERT INTO used_once (digest, expires_at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING")
    private static let findUsed = SQL.lasting("SELECT 1 FROM used_once WHERE digest = ?")

    package func useOnce(_ digest: HandleDigest, until expiry: Date, events: [AuditEvent]) async throws -> Bool {
        try await write { connection in
            guard try connection.run(Self.markUsed, [.digest(digest), .time(expiry)]) == 1 else { return false }
            try connection.record(events)
            return true
        }
    }

    package func isUsed(_ digest: HandleDigest) async throws -> Bool {
        try read { connection in
            try connection.first(of: "used_once", Self.findUsed, [.digest(digest)]) { _ in true } ?? false
        }
    }
}
