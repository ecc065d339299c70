import Broker
import BrokerTesting
import Foundation
import OAuth
import Testing

@Suite("Ray IDs: rising, and unique for a machine")
struct RayIDGeneratorTests {
    private static let epoch = Date(timeIntervalSince1970: 1_735_689_600)

    private func ticks(_ ray: RayID) -> UInt64 { ray.rawValue >> 24 }
    private func sequence(_ ray: RayID) -> UInt64 { ray.rawValue >> 16 & 0xFF }
    private func machine(_ ray: RayID) -> UInt64 { ray.rawValue & 0xFFFF }

    @Test(
        "An id tells time, number and machine",
        arguments: [
            (0.0, 0), (0.005, 0), (0.01, 1), (1.0, 100), (86400.0 * 365, 3_153_600_000),
        ] as [(Double, UInt64)])
    func layout(seconds: Double, expected: UInt64) {
        let clock = StoppedClock(at: Self.epoch.addingTimeInterval(seconds + 0.0001))
        let ray = RayIDGenerator(machine: 0xBEEF, clock: clock).next()
        #expect(ticks(ray) == expected)
        #expect(machine(ray) == 0xBEEF)
    }

    @Test("A hundred thousand in one instant are all different and rise")
    func burst() {
        let generator = RayIDGenerator(machine: 1, clock: StoppedClock())
        let rays = (0..<100_000).map { _ in generator.next().rawValue }
        #expect(Set(rays).count == 100_000)
        #expect(zip(rays, rays.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("They are unique when many ask at once")
    func concurrent() async {
        let generator = RayIDGenerator(machine: 1, clock: StoppedClock())
        let rays = await withTaskGroup(of: [RayID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<5_000).map { _ in generator.next() } } }
            return await group.reduce(into: Set<RayID>()) { $0.formUnion($1) }
        }
        #expect(rays.count == 40_000)
    }

    @Test("When the 256 numbers of a tick are used up the next tick's are borrowed, and paid back")
    func overflow() {
        let clock = StoppedClock()
        let generator = RayIDGenerator(machine: 1, clock: clock)
        let rays = (0..<257).map { _ in generator.next() }
        #expect(ticks(rays[255]) == ticks(rays[0]))
        #expect(sequence(rays[255]) == sequence(rays[0]) + 255)
        #expect(ticks(rays[256]) == ticks(rays[0]) + 1)
        #expect(sequence(rays[256]) == 0)
        clock.advance(by: 0.011)
        let next = generator.next()
        #expect(ticks(next) == ticks(rays[256]), "The clock has only now reached the borrowed tick.")
        #expect(sequence(next) == 1)
        clock.advance(by: 0.01)
        #expect(ticks(generator.next()) == ticks(next) + 1)
    }

    @Test(
        "They rise even where the clock is set back, or stands before the epoch",
        arguments: [
            -0.01, -1.0, -3600, -86400.0 * 365 * 30,
        ])
    func backwards(seconds: Double) {
        let clock = StoppedClock()
        let generator = RayIDGenerator(machine: 1, clock: clock)
        let before = generator.next()
        clock.advance(by: seconds)
        let after = generator.next()
        #expect(after.rawValue > before.rawValue)
        let early = RayIDGenerator(machine: 1, clock: StoppedClock(at: Date(timeIntervalSince1970: 0)))
        #expect(early.next().rawValue < early.next().rawValue)
    }
}
