import Broker
import Synchronization

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A clock that moves only when it is told to.
package final class StoppedClock: WallClock {
    private let time: Mutex<Date>

    package init(at time: Date = Fixtures.noon) {
        self.time = Mutex(time)
    }

    package var now: Date { time.withLock { $0 } }

    /// Moves the clock by `seconds`, backwards if they are negative.
    package func advance(by seconds: Double) {
        time.withLock { $0 = $0.addingTimeInterval(seconds) }
    }

    package func set(_ newTime: Date) {
        time.withLock { $0 = newTime }
    }
}
