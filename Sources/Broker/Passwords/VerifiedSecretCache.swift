import Crypto
package import OAuth
import Synchronization

/// Remembers which client secrets were verified, so that a busy client pays for Argon2 once and not for every token.
///
/// It holds no secret: only, per client, the HMAC-SHA256 of the last good one under a key that dies with the process. An
/// entry counts for the very hash it was verified against, so a rotated secret is forgotten by itself.
package final class VerifiedSecretCache: Sendable {
    private struct Entry {
        let phc: String
        let tag: [UInt8]
        var lastUse: UInt64
    }

    private struct State {
        var entries: [ClientID: Entry] = [:]
        var uses: UInt64 = 0
    }

    private let keyed: HMAC<SHA256>
    private let capacity: Int
    private let state = Mutex(State())

    /// Remembers up to `capacity` clients, those used last.
    package init(key: RandomBytes<Bits256>, capacity: Int = 4096) {
        keyed = HMAC(key: SymmetricKey(data: key.bytes))
        self.capacity = max(1, capacity)
    }

    /// Whether `secret` was verified against `hash` before. `false` says nothing: ask the hasher.
    package func contains(_ secret: Secret, of client: ClientID, hash: PasswordHash) -> Bool {
        let tag = tag(of: secret)
        return state.withLock { state in
            guard let index = state.entries.index(forKey: client) else { return false }
            let entry = state.entries[index].value
            guard entry.phc == hash.phc, constantTimeEquals(entry.tag, tag) else { return false }
            state.uses += 1
            state.entries.values[index].lastUse = state.uses
            return true
        }
    }

    /// Remembers that `secret` was verified against `hash`: that, and only that, earns it a place here.
    package func insert(_ secret: Secret, of client: ClientID, hash: PasswordHash) {
        let tag = tag(of: secret)
        state.withLock { state in
            state.uses += 1
            state.entries[client] = Entry(phc: hash.phc, tag: tag, lastUse: state.uses)
            // Linear, but it follows an Argon2 hash that took ten thousand times as long.
            if state.entries.count > capacity,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.entries[oldest.key] = nil
            }
        }
    }

    private func tag(of secret: Secret) -> [UInt8] {
        var hmac = keyed
        hmac.update(data: Array(secret.reveal().utf8))
        return hmac.finalize().byteArray
    }
}
