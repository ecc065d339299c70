/// The id of one request through the broker, in the Sonyflake layout:
/// 39 bits of 10 ms ticks, 8 bits of sequence, 16 bits of machine.
package struct RayID: Hashable, Sendable, Codable {
    package let rawValue: UInt64

    /// Takes an id as it was stored or read from a token.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Joins the three parts; bits beyond each part's width are dropped.
    package init(ticks: UInt64, sequence: UInt8, machine: UInt16) {
        rawValue = (ticks & 0x7F_FFFF_FFFF) << 24 | UInt64(sequence) << 16 | UInt64(machine)
    }
}

extension RayID: CustomStringConvertible {
    private static let length = 16

    /// Sixteen lower-case hexadecimal digits.
    package var description: String {
        unsafe String(unsafeUninitializedCapacity: Self.length) { text in
            for index in 0..<Self.length {
                let digit = UInt8(truncatingIfNeeded: rawValue >> UInt64(60 - 4 * index)) & 0x0F
                unsafe text[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return Self.length
        }
    }

    /// Reads what ``description`` wrote.
    package init?(_ text: String) {
        guard text.utf8.count == Self.length else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        self.init(rawValue: value)
    }
}
