import FoundationEssentials
import Testing

@testable import Connectors

@Suite("So many at once, and one more now and then") struct TokenBucketTests {
    private static let now = OpenIDFixture.now

    @Test func `A full bucket gives what it holds, then one per interval`() {
        var bucket = TokenBucket(capacity: 3, interval: 30)
        let taken = (0..<100).map { bucket.take(at: Self.now.addingTimeInterval(Double($0))) }
        #expect(taken.indices.filter { taken[$0] } == [0, 1, 2, 30, 60, 90])
    }

    @Test func `It never holds more than its capacity`() {
        var bucket = TokenBucket(capacity: 2, interval: 30)
        #expect(bucket.take(at: Self.now))
        let later = Self.now.addingTimeInterval(1_000_000)
        #expect((0..<3).map { _ in bucket.take(at: later) } == [true, true, false])
    }

    @Test func `A clock that was set back neither fills it nor silences it`() {
        var bucket = TokenBucket(capacity: 1, interval: 30)
        #expect(bucket.take(at: Self.now))
        let earlier = Self.now.addingTimeInterval(-1_000_000)
        #expect(!bucket.take(at: earlier))
        #expect(bucket.take(at: earlier.addingTimeInterval(30)))
    }
}
