package import Storage

/// Follows the trail event by event and stops at the first that does not fit.
package struct TrailChecker: Sendable {
    /// The last event that fits.
    package private(set) var position: TrailPosition
    package private(set) var flaw: TrailFlaw?
    /// The links of the events that somebody asked for, as far as they were passed.
    private var passed: [Int: TrailPosition] = [:]
    private let wanted: Set<Int>

    /// Begins after `start`, and remembers the places of the events in `wanted`.
    package init(after start: TrailPosition, wanted: Set<Int> = []) {
        position = start
        self.wanted = wanted
        remember()
    }

    /// Whether `row` is the next event of the trail.
    package mutating func take(_ row: TrailRow) {
        guard flaw == nil else { return }
        guard row.number == position.number + 1 else {
            // A number from before the start has no place in the trail either.
            flaw = row.number > position.number ? .missing(position.number + 1...row.number - 1) : .altered(row.number)
            return
        }
        guard let content = row.content else {
            flaw = .unreadable(row.number)
            return
        }
        let next = position.advanced(by: content.event)
        guard next.link == content.link else {
            flaw = .altered(row.number)
            return
        }
        position = next
        remember()
    }

    /// Notices what is missing between the last row and the end that is written down.
    package mutating func finish(at end: TrailPosition) {
        guard flaw == nil, position != end else { return }
        if position.number < end.number {
            flaw = .missing(position.number + 1...end.number)
        } else if position.number > end.number {
            flaw = .added(end.number + 1)
        } else {
            flaw = .altered(end.number)
        }
    }

    /// Whether `expected` is a place that was passed.
    package func passed(_ expected: TrailPosition) -> Bool { passed[expected.number] == expected }

    private mutating func remember() {
        if wanted.contains(position.number) { passed[position.number] = position }
    }
}
