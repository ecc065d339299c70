#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The notices of logouts on their way to clients. They are written with whatever ends the sessions, and in its transaction.
package protocol LogoutNoticeStore: Sendable {
    /// When the next notice is due, or due again; nil if there are none.
    func nextNoticeDue() async throws -> Date?

    /// Takes notices that are due, each by one node at a time: the longest due first, but of no host more than the claim
    /// allows, so that one that does not answer holds up no other.
    func claimNotices(_ claim: NoticeClaim) async throws -> [LogoutNotice]

    /// Removes a notice that has come to its end, and records `events`; false, and nothing recorded, if it was claimed
    /// again meanwhile.
    func settle(_ notice: LogoutNotice, events: [AuditEvent]) async throws -> Bool

    /// Puts a notice off until `due`; false, and nothing happens, if it was claimed again meanwhile.
    func postpone(_ notice: LogoutNotice, until due: Date) async throws -> Bool
}
