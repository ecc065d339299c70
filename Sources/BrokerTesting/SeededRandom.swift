import Broker
package import OAuth
import Synchronization

/// Random bytes that are the same in every run with the same seed.
package final class SeededRandom: RandomSource {
    private let generator: Mutex<SplitMix64>

    package init(seed: UInt64 = 1) {
        generator = Mutex(SplitMix64(seed: seed))
    }

    package func bytes<Width: RandomWidth>(_ width: Width.Type) -> RandomBytes<Width> {
        generator.withLock { RandomBytes(from: &$0) }
    }
}

/// A small generator for tests (Steele, Lea, Flood 2014); not secure.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
