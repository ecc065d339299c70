import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// When a client that did not take notice of a logout is told again.
enum LogoutSchedule {
    /// Seconds after the end of a session for which its clients are told.
    static let patience = 24.0 * 60 * 60
    /// Seconds before the second attempt; each pause after it is twice as long…
    static let firstPause = 5.0
    /// …but none longer than this.
    static let longestPause = 60.0 * 60

    /// When to tell the client again; nil once it is too late. `spread` is in `0..<1`, so that notices that failed together
    /// do not all come again together.
    static func next(after notice: LogoutNotice, at now: Date, spread: Double) -> Date? {
        let doublings = min(max(notice.attempt - 1, 0), 16)
        let pause = min(longestPause, firstPause * Double(1 << doublings)) * (0.8 + 0.4 * spread)
        let due = now.addingTimeInterval(pause)
        return due < notice.endedAt.addingTimeInterval(patience) ? due : nil
    }
}
