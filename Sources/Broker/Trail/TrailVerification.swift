package import OAuth
package import Storage

/// Reads the whole trail and says whether it is what was written.
package struct TrailVerification: Sendable {
    private let store: any AuditStore
    private let keyRing: KeyRing

    package init(store: any AuditStore, keyRing: KeyRing) {
        self.store = store
        self.keyRing = keyRing
    }

    /// What was found.
    package struct Verdict: Sendable {
        /// How many events fit, from the oldest that is kept on.
        package let count: Int
        /// The last one that retention has removed.
        package let start: TrailPosition
        /// The last event that fits.
        package let head: TrailPosition
        /// The event up to which the master key vouches for the trail.
        package let sealedUpTo: Int?
        /// The first broken place.
        package let flaw: TrailFlaw?
    }

    private struct Walk: Sendable {
        let extent: TrailExtent
        let seal: Result<TrailSeal?, TrailFlaw>
        var checker: TrailChecker

        init(_ extent: TrailExtent, noted: TrailPosition?, keyRing: KeyRing) {
            self.extent = extent
            seal = Result { () throws(TrailFlaw) in try TrailSeal(of: extent, openedBy: keyRing) }
            let sealed = try? seal.get()?.end.number
            checker = TrailChecker(after: extent.start, wanted: Set([sealed, noted?.number].compactMap(\.self)))
        }
    }

    /// Checks every link, the end, the seal, and that the trail still holds `noted`, a head from an earlier day.
    package func verdict(expecting noted: TrailPosition? = nil) async throws -> Verdict {
        let walk = try await store.walkTrail(
            // From the very first row, so that one that retention should have removed shows.
            after: { _ in .min }, from: { [keyRing] in Walk($0, noted: noted, keyRing: keyRing) },
            { walk, row in walk.checker.take(row) })
        var checker = walk.checker
        checker.finish(at: walk.extent.end)
        return Verdict(
            count: checker.position.number - walk.extent.start.number, start: walk.extent.start,
            head: checker.position, sealedUpTo: (try? walk.seal.get())?.end.number,
            flaw: Self.flaw(in: walk, checker) ?? noted.flatMap { Self.flaw(of: $0, in: walk, checker) })
    }

    private static func flaw(in walk: Walk, _ checker: TrailChecker) -> TrailFlaw? {
        if let flaw = checker.flaw { return flaw }
        switch walk.seal {
        case .failure(let flaw): return flaw
        case .success(nil): return .unsealed
        case .success(let seal?):
            guard seal.start == walk.extent.start else {
                return .otherStart(sealed: seal.start, found: walk.extent.start)
            }
            guard seal.end.number <= checker.position.number else {
                return .missing(checker.position.number + 1...seal.end.number)
            }
            return checker.passed(seal.end) ? nil : .rewritten(seal.end.number)
        }
    }

    private static func flaw(of noted: TrailPosition, in walk: Walk, _ checker: TrailChecker) -> TrailFlaw? {
        if checker.passed(noted) { return nil }
        if noted.number < walk.extent.start.number { return .headRemoved(noted.number) }
        guard noted.number <= checker.position.number else {
            return .missing(checker.position.number + 1...noted.number)
        }
        return .otherHead(noted.number)
    }
}
