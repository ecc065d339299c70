package import OAuth
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Gives every request through this node its Ray ID: strictly rising, unique for a machine number.
package final class RayIDGenerator: Sendable {
    private struct Last {
        var ticks: UInt64 = 0
        var sequence: UInt8 = 0
    }

    private let machine: UInt16
    private let clock: any WallClock
    private let last = Mutex(Last())

    /// 2025-01-01T00:00:00Z: 39 bits of 10 ms ticks last from here until 2199.
    private static let epoch = 1_735_689_600.0

    /// `machine` must differ between nodes that share a database.
    package init(machine: UInt16, clock: any WallClock) {
        self.machine = machine
        self.clock = clock
    }

    /// The next id. When a tick's 256 numbers are used up it borrows from the next tick rather than wait.
    package func next() -> RayID {
        let elapsed = max(0, clock.now.timeIntervalSince1970 - Self.epoch)
        let ticks = UInt64(elapsed * 100)
        return last.withLock { last in
            if ticks > last.ticks {
                last = Last(ticks: ticks)
            } else {
                last.sequence &+= 1
                if last.sequence == 0 { last.ticks += 1 }
            }
            return RayID(ticks: last.ticks, sequence: last.sequence, machine: machine)
        }
    }
}
