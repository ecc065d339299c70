import OAuth
import Storage

/// What the holder of the master key vouches for: where the trail begins, and one of its places.
///
/// A link stands for everything before it, so whoever can write to the database but has no master key cannot change
/// anything up to ``end`` without showing.
struct TrailSeal: Codable, Hashable, Sendable {
    private struct Place: Codable, Hashable {
        let number: Int
        let link: String

        init(_ position: TrailPosition) {
            number = position.number
            link = position.link.description
        }

        var position: TrailPosition? { ChainLink(link).map { TrailPosition(number: number, link: $0) } }
    }

    /// The last event that retention has removed.
    let start: TrailPosition
    let end: TrailPosition

    private static let context = "trail"

    init(start: TrailPosition, end: TrailPosition) {
        self.start = start
        self.end = end
    }

    private enum CodingKeys: CodingKey {
        case start
        case end
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let start = try container.decode(Place.self, forKey: .start).position,
            let end = try container.decode(Place.self, forKey: .end).position
        else { throw SealingFlaw.malformed }
        self.init(start: start, end: end)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Place(start), forKey: .start)
        try container.encode(Place(end), forKey: .end)
    }

    /// Opens the seal of `extent`; nil where it has none.
    init?(of extent: TrailExtent, openedBy ring: KeyRing) throws(TrailFlaw) {
        guard let seal = extent.seal else { return nil }
        guard let opened = try? ring.openJSON(seal, as: .trailSeal, into: TrailSeal.self),
            opened.context == Self.context
        else { throw .foreignSeal }
        self = opened.value
    }

    func text(sealedBy ring: KeyRing, salt: RandomBytes<Bits128>) throws -> String {
        try ring.sealJSON(self, as: .trailSeal, for: Self.context, salt: salt).text
    }
}
