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
    /// Sixteen lower-case hexadecimal digits.
    package var description: String {
        let digits = stride(from: 60, through: 0, by: -4).map { shift in
            let digit = UInt8(truncatingIfNeeded: rawValue >> shift) & 0x0F
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Reads what ``description`` wrote.
    package init?(_ text: String) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
        self.init(rawValue: value)
        // UInt64 also reads a sign and upper-case digits.
        guard description.utf8.elementsEqual(text.utf8) else { return nil }
    }
}
