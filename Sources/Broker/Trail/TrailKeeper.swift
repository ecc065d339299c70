package import Logging
package import OAuth
import ServiceLifecycle
package import Storage
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Seals the trail every few seconds, and removes what is older than the operator wants to keep.
///
/// A seal is only ever moved on from the one before, over events that fit: who has rewritten the trail while no broker
/// ran does not get it sealed.
package struct TrailKeeper: Service {
    private let store: any AuditStore
    private let keyRing: KeyRing
    private let clock: any WallClock
    private let random: any RandomSource
    private let retention: Retention
    private let interval: Duration
    private let logger: Logger
    private let complaints = Complaints()

    /// How long events are kept.
    package enum Retention: Hashable, Sendable {
        case forever
        case days(Int)
    }

    /// What was complained about last, so that one broken place is one line in the log.
    private final class Complaints: Sendable {
        private let last = Mutex<TrailFlaw?>(nil)

        func isNew(_ flaw: TrailFlaw) -> Bool {
            last.withLock { last in
                defer { last = flaw }
                return last != flaw
            }
        }
    }

    /// Most events removed in one transaction, so that nobody waits for it long.
    private static let batch = 2000
    /// Rounds between two looks at what is too old.
    private static let roundsBetweenRemovals = 720

    package init(
        store: any AuditStore, keyRing: KeyRing, clock: any WallClock, random: any RandomSource, retention: Retention,
        interval: Duration = .seconds(5), logger: Logger
    ) {
        self.store = store
        self.keyRing = keyRing
        self.clock = clock
        self.random = random
        self.retention = retention
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                await attend { try await sealTrail() }
                if round.isMultiple(of: Self.roundsBetweenRemovals) {
                    await attend { while try await removeOldEvents() {} }
                }
                round += 1
                try? await Task.sleep(for: interval)
            }
        }
        // Those who answered requests have stopped by now: this seal covers all they have written.
        await attend { try await sealTrail() }
    }

    private func attend(_ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            return
        } catch let flaw as TrailFlaw {
            guard complaints.isNew(flaw) else { return }
            logger.error("The trail is broken; drawbridge audit verify tells more", metadata: ["flaw": "\(flaw)"])
        } catch {
            logger.error("Keeping the trail failed", metadata: ["error": "\(error)"])
        }
    }

    private struct Extension: Sendable {
        let extent: TrailExtent
        let seal: TrailSeal?
        var checker: TrailChecker
    }

    /// Moves the seal to the trail's end.
    ///
    /// - Throws: ``TrailFlaw`` where the trail is not what was sealed before, or does not fit from there on.
    package func sealTrail() async throws {
        let extent = try await store.trailExtent()
        if let seal = try TrailSeal(of: extent, openedBy: keyRing), seal.end == extent.end { return }
        let walk = try await store.walkTrail(
            // The sealed event itself is read again: its link stands for all before.
            after: { [keyRing] extent in
                let seal = try TrailSeal(of: extent, openedBy: keyRing)
                return max(extent.start.number, (seal?.end.number ?? 0) - 1)
            },
            from: { [keyRing] extent in
                let seal = try TrailSeal(of: extent, openedBy: keyRing)
                let checker = TrailChecker(after: seal?.end ?? extent.start)
                return Extension(extent: extent, seal: seal, checker: checker)
            },
            { walk, row in
                if let sealed = walk.seal?.end, row.number == sealed.number {
                    guard row.content?.link == sealed.link else { throw TrailFlaw.rewritten(sealed.number) }
                } else {
                    walk.checker.take(row)
                }
            })
        var checker = walk.checker
        checker.finish(at: walk.extent.end)
        if let flaw = checker.flaw { throw flaw }
        if let seal = walk.seal, seal.start != walk.extent.start {
            throw TrailFlaw.otherStart(sealed: seal.start, found: walk.extent.start)
        }
        let seal = TrailSeal(start: walk.extent.start, end: checker.position)
        // A first seal leaves a trace, so that one that was removed cannot come back unseen.
        let first = AuditEvent(.trailSealed, at: clock.now, ray: nil, reason: "first_seal")
        _ = try await store.replaceSeal(
            walk.extent.seal, by: try seal.text(sealedBy: keyRing, salt: random.salt()),
            events: walk.seal == nil ? [first] : [])
    }

    private struct Removal: Sendable {
        let extent: TrailExtent
        let seal: TrailSeal?
        var checker: TrailChecker
    }

    /// Removes a batch of sealed events that are older than is kept; whether there may be more.
    ///
    /// - Throws: ``TrailFlaw`` where one of them does not fit: a broken place is evidence, and stays.
    package func removeOldEvents() async throws -> Bool {
        guard case .days(let days) = retention else { return false }
        let now = clock.now
        let oldest = now.addingTimeInterval(-Double(days) * 86400)
        let walk = try await walkOldEvents(before: oldest)
        if let flaw = walk.checker.flaw { throw flaw }
        let start = walk.checker.position
        guard let seal = walk.seal, start != walk.extent.start else { return false }
        let event = AuditEvent(
            .trailShortened, at: now, ray: nil, reason: "events_\(walk.extent.start.number + 1)_to_\(start.number)")
        let next = TrailSeal(start: start, end: seal.end)
        let isDone = try await store.shortenTrail(
            walk.extent, to: start, seal: try next.text(sealedBy: keyRing, salt: random.salt()), event: event)
        return !isDone || start.number - walk.extent.start.number == Self.batch
    }

    private func walkOldEvents(before oldest: Date) async throws -> Removal {
        /// Ends the walk: what follows is kept.
        struct End: Error {
            let walk: Removal
        }
        do {
            return try await store.walkTrail(
                after: { $0.start.number },
                from: { [keyRing] extent in
                    let seal = try TrailSeal(of: extent, openedBy: keyRing)
                    return Removal(extent: extent, seal: seal, checker: TrailChecker(after: extent.start))
                },
                { walk, row in
                    // Without a date the row does not fit either, which the checker says.
                    let isOld = row.content.map { $0.event.at < oldest } ?? true
                    let isSealed = walk.seal.map { row.number <= $0.end.number } ?? false
                    guard isOld, isSealed, row.number - walk.extent.start.number <= Self.batch else {
                        throw End(walk: walk)
                    }
                    walk.checker.take(row)
                })
        } catch let end as End {
            return end.walk
        }
    }
}
