import Crypto
import Synchronization

/// The master keys of this installation: the first one seals, every one opens. All who seal and open share one ring, so
/// that new keys reach them while they run.
///
/// One HKDF-SHA256 subkey per purpose (RFC 5869), and from it one AES-256-GCM key and nonce per envelope by the envelope's
/// own salt. So no key meets the 2^32 messages after which random nonces wear out (NIST SP 800-38D §8.3).
package final class KeyRing: Sendable {
    /// Why a list of keys is no ring.
    package enum Flaw: Error, Equatable, Sendable {
        case empty
        /// The key at this position (from 0) has the id of an earlier one, which means it is the same key.
        case duplicate(position: Int)
    }

    private struct Keys {
        let active: DerivedKeys
        let others: [DerivedKeys]

        init(_ keys: [MasterKey]) throws(Flaw) {
            var derived: [DerivedKeys] = []
            for (position, key) in keys.enumerated() {
                let next = DerivedKeys(of: key)
                guard !derived.contains(where: { $0.id == next.id }) else { throw .duplicate(position: position) }
                derived.append(next)
            }
            guard let first = derived.first else { throw .empty }
            active = first
            others = Array(derived.dropFirst())
        }
    }

    private let keys: Mutex<Keys>

    /// Derives every subkey of `keys`, which must hold at least one key and none twice.
    package init(_ keys: [MasterKey]) throws(Flaw) {
        self.keys = Mutex(try Keys(keys))
    }

    /// Takes `keys` in the place of those before; the ring stays as it is where they are none.
    package func replace(with keys: [MasterKey]) throws(Flaw) {
        let new = try Keys(keys)
        self.keys.withLock { $0 = new }
    }

    /// The ids of the keys, the sealing one first, as eight hexadecimal digits each. They reveal nothing of the keys.
    package var keyIDs: [String] {
        keys.withLock { [$0.active] + $0.others }.map { DerivedKeys.name(of: $0.id) }
    }

    /// The key that seals.
    var active: DerivedKeys { keys.withLock(\.active) }

    func keys(withID id: UInt32) -> DerivedKeys? {
        keys.withLock { $0.active.id == id ? $0.active : $0.others.first { $0.id == id } }
    }
}

extension KeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<key ring of \(keyIDs.count)>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension MasterKey {
    /// The key's id, as in ``KeyRing/keyIDs``.
    package var id: String { DerivedKeys.name(of: DerivedKeys.id(by: DerivedKeys.pseudoRandomKey(of: self))) }
}

/// One master key's id and subkeys.
struct DerivedKeys: Sendable {
    let id: UInt32
    /// Per purpose, HMAC already keyed with the subkey: half of the work of a derivation, done once.
    private let subkeys: [SealingPurpose: HMAC<SHA256>]

    /// Eight hexadecimal digits.
    static func name(of id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    init(of master: MasterKey) {
        let pseudoRandomKey = Self.pseudoRandomKey(of: master)
        id = Self.id(by: pseudoRandomKey)
        let purposes = SealingPurpose.allCases.map { purpose in
            let subkey = Self.expand(pseudoRandomKey, "purpose " + purpose.rawValue, byteCount: 32)
            return (purpose, HMAC<SHA256>(key: subkey))
        }
        subkeys = Dictionary(uniqueKeysWithValues: purposes)
    }

    static func pseudoRandomKey(of master: MasterKey) -> HashedAuthenticationCode<SHA256> {
        HKDF<SHA256>.extract(
            inputKeyMaterial: SymmetricKey(data: master.bytes), salt: Array("drawbridge sealing v1".utf8))
    }

    static func id(by pseudoRandomKey: HashedAuthenticationCode<SHA256>) -> UInt32 {
        unsafe expand(pseudoRandomKey, "key id", byteCount: 4).withUnsafeBytes { bytes in
            unsafe bytes.reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    private static func expand(
        _ pseudoRandomKey: HashedAuthenticationCode<SHA256>, _ label: String, byteCount: Int
    ) -> SymmetricKey {
        HKDF<SHA256>.expand(pseudoRandomKey: pseudoRandomKey, info: Array(label.utf8), outputByteCount: byteCount)
    }

    /// The AES-256-GCM key and nonce of one envelope: HKDF-Expand(subkey, salt, 44) (RFC 5869 §2.3).
    ///
    /// `nil` only if `purpose` had no subkey, which the initializer rules out.
    func envelopeKey(for purpose: SealingPurpose, salt: some Collection<UInt8>) -> EnvelopeKey? {
        guard let subkey = subkeys[purpose] else { return nil }
        var block: [UInt8] = []
        block.reserveCapacity(SHA256.byteCount + salt.count + 1)
        block.append(contentsOf: salt)
        block.append(1)
        var hmac = subkey
        hmac.update(data: block)
        let first = hmac.finalize()
        block.removeAll(keepingCapacity: true)
        block.append(bytes: first)
        block.append(contentsOf: salt)
        block.append(2)
        hmac = subkey
        hmac.update(data: block)
        let second = hmac.finalize().byteArray
        return EnvelopeKey(key: SymmetricKey(data: first), nonce: second.prefix(EnvelopeKey.nonceByteCount))
    }
}

/// What encrypts one envelope, and only that one.
struct EnvelopeKey {
    static let nonceByteCount = 12

    let key: SymmetricKey
    let nonce: ArraySlice<UInt8>
}
