import Crypto
import FoundationEssentials

/// The compact serialisation of an encrypted token (RFC 7516 §3.1), `alg` `dir` and `enc` `A256GCM`.
package enum JWE {
    /// What is encrypted.
    package enum Content: Sendable, Hashable {
        /// A text that only its issuer reads.
        case opaque
        /// A token that is signed in its turn, which the header has to say (RFC 7519 §5.2).
        case nestedJWT
    }

    /// Encrypts `token` to the holder of `key`; `iv` must be fresh for every token.
    package static func compact(
        _ token: Secret, _ content: Content, to key: ClientEncryptionKey, iv: RandomBytes<Bits96>
    ) throws -> Secret {
        let header = header(for: content, key: key)
        // Direct encryption has no encrypted key: its part is empty (RFC 7516 §5.1 number 4).
        let parts = try encrypt(Array(token.reveal().utf8), key: key.bytes, iv: iv.bytes, header: header)
        return Secret("\(header)..\(Base64URL.encode(iv.bytes)).\(parts.ciphertext).\(parts.tag)")
    }

    private static func header(for content: Content, key: ClientEncryptionKey) -> String {
        var json = JSONWriter(capacity: 96)
        json.add("alg", "dir")
        json.add("enc", "A256GCM")
        json.add("kid", key.id)
        switch content {
        case .opaque: break
        case .nestedJWT: json.add("cty", "JWT")
        }
        return Base64URL.encode(json.finish())
    }

    /// AES-256-GCM of `plaintext` with the encoded `header` as additional data (RFC 7516 §5.1 numbers 14 and 15).
    static func encrypt(
        _ plaintext: [UInt8], key: [UInt8], iv: [UInt8], header: String
    ) throws -> (ciphertext: String, tag: String) {
        let box = try AES.GCM.seal(
            plaintext, using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: iv),
            authenticating: Array(header.utf8))
        return (Base64URL.encode(box.ciphertext), Base64URL.encode(box.tag))
    }
}
