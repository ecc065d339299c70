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
        let times = [0, 1_000_000, 1_000_000, 1_000_000].map { Self.now.addingTimeInterval($0) }
        #expect(times.map { bucket.take(at: $0) } == [true, true, true, false])
    }

    @Test func `A clock that was set back neither fills it nor silences it`() {
        var bucket = TokenBucket(capacity: 1, interval: 30)
        let times = [0, -1_000_000, -999_970].map { Self.now.addingTimeInterval($0) }
        #expect(times.map { bucket.take(at: $0) } == [true, false, true])
    }
}
