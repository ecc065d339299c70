import Broker
import BrokerTesting
import Logging
import OAuth
import Storage
import Testing

@Suite("The trail: what was altered or removed shows")
struct TrailTests {
    private let trail = EditableTrail()
    private let clock = StoppedClock()
    private let ring: KeyRing

    init() throws {
        var generator = SplitMix64(seed: 1)
        ring = try KeyRing([MasterKey(RandomBytes(from: &generator))])
    }

    private func keeper(_ retention: TrailKeeper.Retention = .forever) -> TrailKeeper {
        TrailKeeper(
            store: trail, keyRing: ring, clock: clock, random: SeededRandom(seed: 7), retention: retention,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func flaw(expecting head: TrailPosition? = nil) async throws -> TrailFlaw? {
        try await TrailVerification(store: trail, keyRing: ring).verdict(expecting: head).flaw
    }

    private static func events(_ count: Int) -> [AuditEvent] {
        (0..<count).map { .sample(.loginFailed, at: Fixtures.noon(plus: Double($0))) }
    }

    /// Ten events and the one that tells of the first seal, sealed.
    private func sealedTrail() async throws {
        try await trail.append(Self.events(10))
        try await keeper().sealTrail()
        try await keeper().sealTrail()
    }

    @Test("A trail that nobody touched is whole, before and behind its seal")
    func whole() async throws {
        try await sealedTrail()
        try await trail.append(Self.events(3))
        let verdict = try await TrailVerification(store: trail, keyRing: ring).verdict()
        #expect(verdict.flaw == nil)
        #expect(verdict.count == 14)
        #expect(verdict.sealedUpTo == 11)
        #expect(verdict.head.number == 14)
        #expect(try await flaw(expecting: verdict.head) == nil)
    }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let found: TrailFlaw
        let edit: @Sendable (inout EditableTrail.Content) -> Void

        init(_ name: String, _ found: TrailFlaw, _ edit: @escaping @Sendable (inout EditableTrail.Content) -> Void) {
            testDescription = name
            self.found = found
            self.edit = edit
        }
    }

    private static let tamperings = [
        Tampering("one removed", .missing(4...4)) { $0.rows.remove(at: 3) },
        Tampering("three removed", .missing(4...6)) { $0.rows.removeSubrange(3...5) },
        Tampering("the oldest removed", .missing(1...1)) { $0.rows.removeFirst() },
        Tampering("the newest removed", .missing(10...11)) { $0.rows.removeLast(2) },
        Tampering("all removed", .missing(1...11)) { $0.rows = [] },
        Tampering("another reason", .altered(5)) { content in
            guard var event = content.rows[4].content?.event, let link = content.rows[4].content?.link else { return }
            event.reason = nil
            content.rows[4] = TrailRow(number: 5, content: .init(event: event, link: link))
        },
        Tampering("two exchanged", .altered(3)) { content in
            let (third, fourth) = (content.rows[2].content, content.rows[3].content)
            content.rows[2] = TrailRow(number: 3, content: fourth)
            content.rows[3] = TrailRow(number: 4, content: third)
        },
        Tampering("unreadable", .unreadable(2)) { $0.rows[1] = TrailRow(number: 2, content: nil) },
        Tampering("one put in front", .altered(0)) { $0.rows.insert(TrailRow(number: 0, content: nil), at: 0) },
        Tampering("one added behind the end", .added(12)) { content in
            let event = AuditEvent.sample(.loginFailed)
            let next = content.end.advanced(by: event)
            content.rows.append(TrailRow(number: 12, content: .init(event: event, link: next.link)))
        },
        Tampering("the end moved along with what was removed", .missing(11...11)) { content in
            content.rows.removeLast()
            guard let link = content.rows[9].content?.link else { return }
            content.end = TrailPosition(number: 10, link: link)
        },
        Tampering("seal removed", .unsealed) { $0.seal = nil },
        Tampering("seal altered", .foreignSeal) { $0.seal = "AAAA" },
    ]

    @Test("Whatever is done to a trail, its first broken place is named", arguments: tamperings)
    func tampering(_ tampering: Tampering) async throws {
        try await sealedTrail()
        trail.edit(tampering.edit)
        #expect(try await flaw() == tampering.found)
    }

    @Test("A trail rewritten with fitting links shows by its seal, and is not sealed again")
    func rewriting() async throws {
        try await sealedTrail()
        let seal = trail.seal
        trail.rewrite(Self.events(12).map { .sample(.loginSucceeded, at: $0.at) })
        #expect(try await flaw() == .rewritten(11))
        await #expect(throws: TrailFlaw.rewritten(11)) { try await keeper().sealTrail() }
        #expect(trail.seal == seal)
    }

    @Test("Who moves the start without retention shows by the seal")
    func otherStart() async throws {
        try await sealedTrail()
        trail.edit { content in
            content.rows.removeFirst(2)
            content.start = Self.events(2).reduce(.origin) { $0.advanced(by: $1) }
        }
        guard case .otherStart(let sealed, let found) = try await flaw() else {
            Issue.record("The missing start was not noticed.")
            return
        }
        #expect((sealed.number, found.number) == (0, 2))
    }

    @Test("A noted head shows what no seal can: that the newest events and the seal were put back")
    func notedHead() async throws {
        try await sealedTrail()
        let seal = trail.seal
        try await trail.append(Self.events(2))
        try await keeper().sealTrail()
        let head = try await trail.trailExtent().end
        trail.edit { content in
            content.rows.removeLast(2)
            content.seal = seal
            content.end = TrailPosition(number: 11, link: content.rows.last?.content?.link ?? .origin)
        }
        #expect(try await flaw() == nil, "This is a state the trail was in.")
        #expect(try await flaw(expecting: head) == .missing(12...13))
        try await trail.append([.sample(.codeReplayed), .sample(.codeReplayed)])
        #expect(try await flaw(expecting: head) == .otherHead(13))
    }

    @Test("Another installation's master key does not open the seal")
    func otherKey() async throws {
        try await sealedTrail()
        var generator = SplitMix64(seed: 2)
        let stranger = try KeyRing([MasterKey(RandomBytes(from: &generator))])
        #expect(try await TrailVerification(store: trail, keyRing: stranger).verdict().flaw == .foreignSeal)
    }

    @Test("A first seal leaves an event, later ones none")
    func firstSeal() async throws {
        try await sealedTrail()
        try await trail.append(Self.events(1))
        try await keeper().sealTrail()
        try await keeper().sealTrail()
        #expect(trail.rows.count { $0.content?.event.kind == .trailSealed } == 1)
        #expect(trail.rows.count == 12)
    }

    @Test("Retention removes what is too old and sealed, and leaves a trail that verifies")
    func retention() async throws {
        try await sealedTrail()
        try await trail.append([.sample(.loginFailed, at: Fixtures.noon)])
        clock.set(Fixtures.noon(plus: 2 * 86400 + 4))
        #expect(try await !keeper(.forever).removeOldEvents())
        #expect(try await !keeper(.days(2)).removeOldEvents())
        #expect(trail.rows.first?.number == 5, "Those of the first four seconds are over.")
        let verdict = try await TrailVerification(store: trail, keyRing: ring).verdict()
        #expect(verdict.flaw == nil)
        #expect(verdict.start.number == 4)
        #expect(trail.rows.last?.content?.event.reason == "events_1_to_4")

        clock.set(Fixtures.noon(plus: 9 * 86400))
        #expect(try await !keeper(.days(2)).removeOldEvents())
        #expect(trail.rows.first?.number == 12, "What is not sealed yet stays.")
        try await keeper().sealTrail()
        #expect(try await flaw() == nil)
        let old = TrailPosition(number: 2, link: .origin)
        #expect(try await flaw(expecting: old) == .headRemoved(2))
    }

    @Test("Retention leaves a broken place where it is")
    func evidence() async throws {
        try await sealedTrail()
        trail.edit { $0.rows.remove(at: 1) }
        clock.set(Fixtures.noon(plus: 9 * 86400))
        await #expect(throws: TrailFlaw.missing(2...2)) { try await keeper(.days(1)).removeOldEvents() }
        #expect(trail.rows.count == 10)
    }

    @Test("A link is the hash that the documents describe")
    func form() throws {
        let event = AuditEvent(.loginFailed, at: Fixtures.noon, ray: nil, reason: "é")
        let position = TrailPosition.origin.advanced(by: event)
        let text = "login.failed"
        var content: [UInt8] = [1] + [UInt8](repeating: 0, count: 32) + [0, 0, 0, 0, 0, 0, 0, 1]
        content += [0, 0, 1, 0x98, 0x84, 0x67, 0x02, 0x7D] + [0] + [1, 0, 0, 0, 12] + Array(text.utf8)
        content += [0, 0, 0, 0, 0] + [1, 0, 0, 0, 2, 0xC3, 0xA9]
        #expect(position.number == 1)
        #expect(position.link == ChainLink(over: content))
        #expect(ChainLink(position.link.description) == position.link)
        #expect(ChainLink(String(repeating: "A", count: 64)) == nil)
    }
}
