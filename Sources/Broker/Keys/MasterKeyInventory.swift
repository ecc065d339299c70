import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What still needs each master key.
package struct MasterKeyInventory: Sendable {
    private let store: any SealedStore
    private let clock: any WallClock

    /// How long everything but a refresh token lives at most that leaves the broker sealed, in seconds.
    private static let tokenLifetime = 24.0 * 60 * 60

    package init(store: any SealedStore, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    /// A master key, and what needs it.
    package struct Standing: Sendable {
        package enum Role: Equatable, Sendable {
            /// It will seal from then on.
            case waiting(Date)
            case sealing
            /// It only opens, since then if that is known.
            case opening(since: Date?)
            /// There are envelopes under it, but the key is not here.
            case missing
        }

        package let id: String
        package let role: Role
        /// How many envelopes rest in the database under it.
        package let atRest: [SealedPlace: Int]
        /// When the last token that clients hold under it has expired; nil for a key that seals, or will.
        package let tokensEnd: Date?

        package var rowCount: Int { atRest.values.reduce(0, +) }

        /// Whether nothing is lost with it at `now`.
        package func isRemovable(at now: Date) -> Bool {
            guard rowCount == 0, let tokensEnd else { return false }
            return tokensEnd <= now
        }
    }

    /// How the keys `entries` stand, and those that are missing.
    package func standings(of entries: [MasterKeyEntry]) async throws -> [Standing] {
        let now = clock.now
        let counts = try await envelopesByKey()
        let sealing = entries.sealingIndex(at: now)
        var standings: [Standing] = []
        for (index, entry) in entries.enumerated() {
            let id = entry.key.id
            let role: Standing.Role
            var end: Date?
            if index == sealing {
                role = .sealing
            } else if let time = entry.sealsFrom, time > now {
                role = .waiting(time)
            } else {
                // The next newer one took over.
                let since = index > sealing ? entries[index - 1].sealsFrom : nil
                role = .opening(since: since)
                end = try await tokensEnd(sealedUntil: since ?? now, at: now)
            }
            standings.append(Standing(id: id, role: role, atRest: counts[id] ?? [:], tokensEnd: end))
        }
        let known = Set(standings.map(\.id))
        for (id, atRest) in counts.sorted(by: { $0.key < $1.key }) where !known.contains(id) {
            standings.append(Standing(id: id, role: .missing, atRest: atRest, tokensEnd: nil))
        }
        return standings
    }

    private func tokensEnd(sealedUntil time: Date, at now: Date) async throws -> Date {
        let slack = Double(KeySchedule.clockSlack)
        let grants = try await store.grantsRefreshed(before: time.addingTimeInterval(slack), at: now)
        return max(time.addingTimeInterval(slack + Self.tokenLifetime), grants.end ?? .distantPast)
    }

    private func envelopesByKey() async throws -> [String: [SealedPlace: Int]] {
        var found: [String: [SealedPlace: Int]] = [:]
        for place in SealedPlace.allCases {
            let counts = try await store.countEnvelopes(at: place, byFirst: SealedEnvelope.keyPrefixLength)
            for (prefix, count) in counts {
                guard let id = SealedEnvelope.keyID(of: prefix) else { continue }
                found[id, default: [:]][place, default: 0] += count
            }
        }
        return found
    }
}
