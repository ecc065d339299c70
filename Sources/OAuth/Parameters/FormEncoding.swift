/// `application/x-www-form-urlencoded` as OAuth uses it (RFC 6749 appendix B).
package enum FormEncoding {
    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    /// Encodes `parameters` for a query or a body.
    package static func encode(_ parameters: [(name: String, value: String)]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parameters.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count * 2 + 2 })
        for (name, value) in parameters {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            append(name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            append(value, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Percent-encodes all but RFC 3986's unreserved characters, so that the result is safe in any part of a URI.
    package static func encode(_ text: String) -> String {
        guard !text.utf8.span.satisfies(ByteRule.unreserved) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 2)
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        guard !text.utf8.span.satisfies(ByteRule.unreserved) else {
            bytes.append(text)
            return
        }
        for byte in text.utf8 {
            if ByteRule.unreserved(byte) == 1 {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexadecimal[Int(byte >> 4)])
                bytes.append(hexadecimal[Int(byte & 0x0F)])
            }
        }
    }

    /// Decodes one name or value; `nil` for a broken escape, a NUL, or bytes that are not UTF-8.
    package static func decode(_ encoded: some Sequence<UInt8>) -> String? { decode(Array(encoded).span) }

    /// Decodes one name or value; `nil` for a broken escape, a NUL, or bytes that are not UTF-8.
    package static func decode(_ encoded: Span<UInt8>) -> String? {
        guard !encoded.satisfies(isLiteral) else { return encoded.text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var index = 0
        while index < encoded.count {
            var byte = encoded[index]
            switch byte {
            case UInt8(ascii: "+"): byte = UInt8(ascii: " ")
            case UInt8(ascii: "%"):
                guard index + 2 < encoded.count, let high = hexadecimalValue(encoded[index + 1]),
                    let low = hexadecimalValue(encoded[index + 2])
                else { return nil }
                byte = high << 4 | low
                index += 2
            default: break
            }
            guard byte != 0 else { return nil }
            bytes.append(byte)
            index += 1
        }
        return bytes.span.text
    }

    /// Whether `byte` stands for itself in what is encoded: 1 or 0.
    private static func isLiteral(_ byte: UInt8) -> UInt8 {
        (byte == UInt8(ascii: "+") ? 0 : 1) & (byte == UInt8(ascii: "%") ? 0 : 1) & (byte == 0 ? 0 : 1)
    }

    private static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
