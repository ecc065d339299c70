package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Things that count once, and what was taken out of use before its time.
package protocol SingleUseStore: Sendable {
    /// Marks `digest` as used until `expiry` and records `events`; false, and nothing recorded, if it was before.
    func useOnce(_ digest: HandleDigest, until expiry: Date, events: [AuditEvent]) async throws -> Bool

    /// Whether `digest` was marked as used.
    func isUsed(_ digest: HandleDigest) async throws -> Bool
}
