import OAuth
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// When each waiting device last asked, so that a question costs no write.
///
/// Kept by this process alone: another node, or this one after a restart, at worst lets one question through that came too
/// early. The interval that an early question lengthens is in the database.
final class PollTimes: Sendable {
    private let times = Mutex<[HandleDigest: Date]>([:])
    /// Most devices that are remembered; more than may wait at a time.
    private let capacity: Int
    /// Seconds after which nobody can be early any more.
    private static let longestInterval = 120.0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Notes that the device of `code` asks at `now`; whether that is less than `interval` seconds since the last time.
    ///
    /// A second is forgiven: networks do not keep time.
    func isEarly(_ code: HandleDigest, at now: Date, interval: Int) -> Bool {
        times.withLock { times in
            let last = times.updateValue(now, forKey: code)
            if times.count > capacity {
                times = times.filter { now.timeIntervalSince($0.value) < Self.longestInterval }
            }
            guard let last else { return false }
            return now.timeIntervalSince(last) < Double(interval - 1)
        }
    }

    /// Forgets a device that asks no more.
    func forget(_ code: HandleDigest) {
        times.withLock { _ = $0.removeValue(forKey: code) }
    }
}
