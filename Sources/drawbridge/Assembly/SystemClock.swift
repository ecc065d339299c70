import Broker
import Foundation

/// The time of this machine.
struct SystemClock: WallClock {
    var now: Date { Date() }
}
