import Synchronization

/// The text of one statement.
///
/// A statement of the paths that every request takes is a ``lasting(_:)`` constant, which each connection finds by its
/// number; any other is found by its text.
struct SQL: Sendable {
    let text: String
    /// The place of a lasting statement in every connection's list.
    let slot: Int?

    private static let slots = Atomic<Int>(0)

    private init(_ text: String, slot: Int?) {
        self.text = text
        self.slot = slot
    }

    /// A statement for a `static let`: every call takes a place of its own for good.
    static func lasting(_ text: String) -> SQL {
        SQL(text, slot: slots.add(1, ordering: .relaxed).oldValue)
    }
}

extension SQL: ExpressibleByStringInterpolation {
    init(stringLiteral text: String) {
        self.init(text, slot: nil)
    }
}
