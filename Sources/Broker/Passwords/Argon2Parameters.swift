/// What one Argon2id hash costs (RFC 9106 §3.1).
package struct Argon2Parameters: Hashable, Sendable {
    /// Why parameters are refused: impossible ones, and those that would let one login take the machine down.
    package enum Flaw: Error, Equatable, Sendable {
        /// Less than 8 KiB for each lane, or more than ``maximumMemoryKiB``.
        case memory
        /// None, or so many that memory times iterations exceeds ``maximumWork``.
        case iterations
        /// None, or more than ``maximumParallelism``.
        case parallelism
    }

    /// 1 GiB.
    package static let maximumMemoryKiB = 1 << 20
    /// Four passes over 1 GiB: seconds, not minutes.
    package static let maximumWork = 4 << 20
    package static let maximumParallelism = 16

    /// What OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes, one lane.
    package static let standard = Argon2Parameters(checked: 19_456, iterations: 2, parallelism: 1)

    /// `m`, in KiB.
    package let memoryKiB: Int
    /// `t`: passes over the memory.
    package let iterations: Int
    /// `p`: lanes, each of which is a thread.
    package let parallelism: Int

    package init(memoryKiB: Int, iterations: Int, parallelism: Int) throws(Flaw) {
        guard (1...Argon2Parameters.maximumParallelism).contains(parallelism) else { throw .parallelism }
        guard (8 * parallelism...Argon2Parameters.maximumMemoryKiB).contains(memoryKiB) else { throw .memory }
        guard (1...Argon2Parameters.maximumWork / memoryKiB).contains(iterations) else { throw .iterations }
        self.init(checked: memoryKiB, iterations: iterations, parallelism: parallelism)
    }

    private init(checked memoryKiB: Int, iterations: Int, parallelism: Int) {
        self.memoryKiB = memoryKiB
        self.iterations = iterations
        self.parallelism = parallelism
    }
}
