package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// When signing keys come and go: published a while before they sign, and until all that they signed has expired.
///
/// When a key begins to sign is stored with it, and every node reads the keys several times within ``urgentNotice``: so
/// no node signs with a key that another does not know, whether or not it has read them since.
package struct KeySchedule: Hashable, Sendable {
    /// How long a copy of the published keys may be kept, in seconds: `max-age` at `/oauth2/jwks`.
    package static let cacheTime = 5 * 60
    /// How far the clocks of two nodes, or of a client, may be apart, in seconds.
    package static let clockSlack = 5 * 60
    /// How long the key that takes over from a compromised one is published before it signs, in seconds: three readings
    /// by each node. Copies of the published keys elsewhere may be older; they are fetched again for an unknown key.
    package static let urgentNotice = 15

    /// How long a key signs, in seconds.
    package let lifetime: Int
    /// How long a key is published before it signs, in seconds: a day, or a quarter of a short ``lifetime``.
    package let notice: Int
    /// How long a key is published after it has signed for the last time, in seconds.
    package let retention: Int

    /// Keys that sign for `days` days, at least one, tokens that live as long as `lifetimes` says.
    package init(days: Int = 90, lifetimes: Lifetimes = Lifetimes()) {
        lifetime = max(1, days) * 24 * 60 * 60
        notice = min(24 * 60 * 60, lifetime / 4)
        retention = max(lifetimes.accessToken, lifetimes.idToken) + Self.cacheTime + Self.clockSlack
    }

    /// What becomes of a key.
    package enum Step: Hashable, Sendable {
        /// A new key is made, to sign from a time on.
        case publish(SignatureAlgorithm, signsFrom: Date)
        /// A key's time has come; the one before it can go at `removal`.
        case activate(KeyID, SignatureAlgorithm, replacing: KeyID, removal: Date)
        case remove(KeyID)
    }

    /// What is due at `now`.
    package func steps(for keys: [StoredSigningKey], at now: Date) -> [Step] {
        var steps: [Step] = []
        for active in keys where active.state == .active {
            if let next = keys.first(where: { $0.state == .next && $0.algorithm == active.algorithm }) {
                guard next.signsFrom <= now else { continue }
                steps.append(
                    .activate(next.id, next.algorithm, replacing: active.id, removal: removal(ofSignerUntil: now)))
            } else {
                let end = active.signsFrom.addingTimeInterval(Double(lifetime))
                let earliest = now.addingTimeInterval(Double(notice))
                guard end <= earliest else { continue }
                steps.append(.publish(active.algorithm, signsFrom: earliest))
            }
        }
        for key in keys {
            guard let removableAt = key.removableAt, removableAt <= now else { continue }
            steps.append(.remove(key.id))
        }
        return steps
    }

    /// When a key that signs until `time` can go.
    package func removal(ofSignerUntil time: Date) -> Date { time.addingTimeInterval(Double(retention)) }
}
