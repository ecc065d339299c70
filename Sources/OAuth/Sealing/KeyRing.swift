import Crypto

/// The master keys of this installation: the first one seals, every one opens.
///
/// One HKDF-SHA256 subkey per purpose (RFC 5869), and from it one AES-256-GCM key and nonce per envelope by the envelope's
/// own salt. So no key meets the 2^32 messages after which random nonces wear out (NIST SP 800-38D §8.3).
package struct KeyRing: Sendable {
    /// Why a list of keys is no ring.
    package enum Flaw: Error, Equatable, Sendable {
        case empty
        /// The key at this position (from 0) has the id of an earlier one, which means it is the same key.
        case duplicate(position: Int)
    }

    let active: DerivedKeys
    private let others: [DerivedKeys]

    /// Derives every subkey of `keys`, which must hold at least one key and none twice.
    package init(_ keys: [MasterKey]) throws(Flaw) {
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

    /// The ids of the keys, the sealing one first, as eight hexadecimal digits each. They reveal nothing of the keys.
    package var keyIDs: [String] {
        ([active] + others).map { keys in
            let digits = String(keys.id, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
    }

    func keys(withID id: UInt32) -> DerivedKeys? {
        active.id == id ? active : others.first { $0.id == id }
    }
}

extension KeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<key ring of \(others.count + 1)>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// One master key's id and subkeys.
struct DerivedKeys: Sendable {
    let id: UInt32
    /// Per purpose, HMAC already keyed with the subkey: half of the work of a derivation, done once.
    private let subkeys: [SealingPurpose: HMAC<SHA256>]

    init(of master: MasterKey) {
        let pseudoRandomKey = HKDF<SHA256>.extract(
            inputKeyMaterial: SymmetricKey(data: master.bytes), salt: Array("drawbridge sealing v1".utf8))
        func expand(_ label: String, byteCount: Int) -> SymmetricKey {
            HKDF<SHA256>.expand(
                pseudoRandomKey: pseudoRandomKey, info: Array(label.utf8), outputByteCount: byteCount)
        }
        let idKey = expand("key id", byteCount: 4)
        id = unsafe idKey.withUnsafeBytes { bytes in
            unsafe bytes.reduce(0) { $0 << 8 | UInt32($1) }
        }
        let purposes = SealingPurpose.allCases.map { purpose in
            (purpose, HMAC<SHA256>(key: expand("purpose " + purpose.rawValue, byteCount: 32)))
        }
        subkeys = Dictionary(uniqueKeysWithValues: purposes)
    }

    /// The AES-256-GCM key and nonce of one envelope: HKDF-Expand(subkey, salt, 44) (RFC 5869 §2.3).
    ///
    /// `nil` only if `purpose` had no subkey, which the initializer rules out.
    func envelopeKey(for purpose: SealingPurpose, salt: some Collection<UInt8>) -> EnvelopeKey? {
        guard let subkey = subkeys[purpose] else { return nil }
        var block = Array(salt)
        block.append(1)
        var hmac = subkey
        hmac.update(data: block)
        let first = hmac.finalize()
        block.removeAll(keepingCapacity: true)
        block.append(contentsOf: first)
        block.append(contentsOf: salt)
        block.append(2)
        hmac = subkey
        hmac.update(data: block)
        guard let nonce = try? AES.GCM.Nonce(data: Array(hmac.finalize().prefix(12))) else { return nil }
        return EnvelopeKey(key: SymmetricKey(data: first), nonce: nonce)
    }
}

/// What encrypts one envelope, and only that one.
struct EnvelopeKey {
    let key: SymmetricKey
    let nonce: AES.GCM.Nonce
}
