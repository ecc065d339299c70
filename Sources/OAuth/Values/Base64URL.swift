/// The base64url alphabet without padding (RFC 7515 §2).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() {
            table[Int(character)] = UInt8(value)
        }
        return table
    }()

    /// Encodes `bytes` without padding.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        append(Array(bytes), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Encodes `bytes` behind what `text` holds already.
    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        let alphabet = alphabet
        var position = text.count
        text.append(contentsOf: repeatElement(0, count: (bytes.count * 4 + 2) / 3))
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            accumulator = accumulator << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text[position] = alphabet[Int(accumulator >> bits & 0x3F)]
                position += 1
            }
        }
        if bits > 0 {
            text[position] = alphabet[Int(accumulator << (6 - bits) & 0x3F)]
        }
    }

    /// Decodes canonical, unpadded base64url; `nil` for any other character, padding, or stray trailing bits.
    ///
    /// Trailing bits are refused so that one byte string has one spelling, and an altered last character never passes.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        decode(characters: Array(String(text).utf8))
    }

    /// Not generic, so that it is as fast when called from another target.
    private static func decode(characters: [UInt8]) -> [UInt8]? {
        let values = values
        var bytes = [UInt8](repeating: 0, count: characters.count * 3 / 4)
        var position = 0
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for character in characters {
            let value = values[Int(character)]
            guard value != 0xFF else { return nil }
            accumulator = accumulator << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes[position] = UInt8(truncatingIfNeeded: accumulator >> bits)
                position += 1
            }
        }
        guard bits < 6, accumulator & (1 << bits - 1) == 0 else { return nil }
        return bytes
    }
}
