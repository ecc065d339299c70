package import Storage

/// The first place where the trail is not what was written.
package enum TrailFlaw: Error, Hashable, Sendable {
    /// These events are gone.
    case missing(ClosedRange<Int>)
    /// The event is not the one that was linked here, or it was linked to other events.
    case altered(Int)
    /// The row can no longer be read as an event.
    case unreadable(Int)
    /// Rows from this one on lie beyond the end that is written down.
    case added(Int)
    /// All links fit each other, but up to this event they are not those that the seal vouches for.
    case rewritten(Int)
    /// The trail begins elsewhere than where retention has left it.
    case otherStart(sealed: TrailPosition, found: TrailPosition)
    /// The seal is gone, or there has never been one.
    case unsealed
    /// No master key at hand opens the seal.
    case foreignSeal
    /// The event of this number is not the one whose link was noted.
    case otherHead(Int)
    /// Retention has removed the event whose link was noted.
    case headRemoved(Int)
}

extension TrailFlaw: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let numbers):
            numbers.count == 1
                ? "Event \(numbers.lowerBound) is missing."
                : "Events \(numbers.lowerBound) to \(numbers.upperBound) are missing."
        case .altered(let number):
            "Event \(number) was altered, or an event was put in its place: its content does not fit its link."
        case .unreadable(let number):
            "Event \(number) cannot be read: its row was altered."
        case .added(let number):
            "Event \(number) was added behind the broker's back: the trail ends before it."
        case .rewritten(let number):
            "The events up to \(number) were rewritten: their links fit each other, but not the seal."
        case .otherStart(let sealed, let found):
            "The oldest events were removed by somebody else than retention: the trail begins after event "
                + "\(found.number), but the seal says after \(sealed.number)."
        case .unsealed:
            "The trail has no seal: either it was removed, or no broker has run on this database yet. A running broker "
                + "seals the trail within seconds."
        case .foreignSeal:
            "The seal does not open: it was altered, or made under another master key."
        case .otherHead(let number):
            "Event \(number) is not the one that was noted: the events up to it were rewritten."
        case .headRemoved(let number):
            "Event \(number), which was noted, is older than what retention has kept: nothing can be said about it."
        }
    }
}
