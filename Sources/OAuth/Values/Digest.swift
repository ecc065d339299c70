/// The SHA-256 hash of a secret handle, which is all the database ever sees of it.
package struct HandleDigest: Hashable, Sendable, Codable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// Hashes `secret`, which must hold at least 128 bits of randomness: an unsalted hash protects nothing less.
    package init(of secret: Secret) {
        bytes = secret.reveal().utf8.span.sha256
    }

    /// Takes a digest as it was stored.
    package init(stored bytes: [UInt8]) {
        self.bytes = bytes
    }

    package static func == (left: HandleDigest, right: HandleDigest) -> Bool {
        constantTimeEquals(left.bytes, right.bytes)
    }
}
