/// How many random bytes a use needs, as a type, so that a short handle cannot be made by mistake.
package protocol RandomWidth: Sendable {
    static var byteCount: Int { get }
}

/// 96 bits: initialization vectors of AES-GCM (RFC 7518 §5.3).
package enum Bits96: RandomWidth {
    package static let byteCount = 12
}

/// 128 bits: handles that live for minutes, salts of envelopes.
package enum Bits128: RandomWidth {
    package static let byteCount = 16
}

/// 256 bits: keys, session ids, code verifiers.
package enum Bits256: RandomWidth {
    package static let byteCount = 32
}

/// Fresh random bytes of a fixed width. This target has no source of them: they come in from outside.
package struct RandomBytes<Width: RandomWidth>: Sendable {
    package let bytes: [UInt8]

    /// Fills the width from `generator`, which must be cryptographically secure outside of tests.
    package init(from generator: inout some RandomNumberGenerator) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Width.byteCount)
        while bytes.count < Width.byteCount {
            var word = generator.next()
            for _ in 0..<min(8, Width.byteCount - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        self.bytes = bytes
    }

    /// Takes what `fill` writes, which must be every byte, and cryptographically secure outside of tests.
    package init(filledBy fill: (inout MutableSpan<UInt8>) -> Void) {
        var bytes = [UInt8](repeating: 0, count: Width.byteCount)
        var span = bytes.mutableSpan
        fill(&span)
        self.bytes = bytes
    }

    /// The base64url form as a secret handle.
    package var handle: Secret { Secret(Base64URL.encode(bytes)) }

    /// The base64url form as a name that is not secret.
    package var name: String { Base64URL.encode(bytes) }
}
