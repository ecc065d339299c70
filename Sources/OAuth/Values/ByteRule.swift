/// Rules about single bytes of a text, for ``Swift/Span/satisfies(_:)``.
///
/// They answer 1 or 0 and never branch: a loop over such a rule judges many bytes in one step.
enum ByteRule {
    /// A letter or digit of ASCII, or one of `-._~` (RFC 3986 §2.3).
    @inline(__always)
    static func unreserved(_ byte: UInt8) -> UInt8 {
        alphanumeric(byte) | oneOf("-", "_", byte) | oneOf(".", "~", byte)
    }

    /// A character of base64url (RFC 4648 §5).
    @inline(__always)
    static func base64URL(_ byte: UInt8) -> UInt8 { alphanumeric(byte) | oneOf("-", "_", byte) }

    /// A letter or digit of ASCII.
    @inline(__always)
    static func alphanumeric(_ byte: UInt8) -> UInt8 {
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        let digit = byte &- UInt8(ascii: "0")
        return (letter < 26 ? 1 : 0) | (digit < 10 ? 1 : 0)
    }

    /// One of two characters of ASCII.
    @inline(__always)
    static func oneOf(_ first: Unicode.Scalar, _ second: Unicode.Scalar, _ byte: UInt8) -> UInt8 {
        (byte == UInt8(ascii: first) ? 1 : 0) | (byte == UInt8(ascii: second) ? 1 : 0)
    }
}

extension Span<UInt8> {
    /// Whether `rule` gives 1 for every byte, and 0 for none.
    @inlinable @inline(__always)
    package func satisfies(_ rule: (UInt8) -> UInt8) -> Bool {
        var held: UInt8 = 1
        for index in indices { held &= rule(self[index]) }
        return held == 1
    }
}
