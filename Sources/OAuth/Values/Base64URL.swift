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
        let whole = bytes.count - bytes.count % 3
        for index in stride(from: 0, to: whole, by: 3) {
            let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            text[position] = alphabet[group >> 18]
            text[position + 1] = alphabet[group >> 12 & 0x3F]
            text[position + 2] = alphabet[group >> 6 & 0x3F]
            text[position + 3] = alphabet[group & 0x3F]
            position += 4
        }
        switch bytes.count - whole {
        case 1:
            let group = Int(bytes[whole]) << 4
            text[position] = alphabet[group >> 6]
            text[position + 1] = alphabet[group & 0x3F]
        case 2:
            let group = Int(bytes[whole]) << 10 | Int(bytes[whole + 1]) << 2
            text[position] = alphabet[group >> 12]
            text[position + 1] = alphabet[group >> 6 & 0x3F]
            text[position + 2] = alphabet[group & 0x3F]
        default: break
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
        let whole = characters.count - characters.count % 4
        for index in stride(from: 0, to: whole, by: 4) {
            let first = values[Int(characters[index])]
            let second = values[Int(characters[index + 1])]
            let third = values[Int(characters[index + 2])]
            let fourth = values[Int(characters[index + 3])]
            guard first | second | third | fourth < 64 else { return nil }
            bytes[position] = first << 2 | second >> 4
            bytes[position + 1] = second << 4 | third >> 2
            bytes[position + 2] = third << 6 | fourth
            position += 3
        }
        let rest = characters[whole...].map { values[Int($0)] }
        guard rest.allSatisfy({ $0 < 64 }) else { return nil }
        switch rest.count {
        case 0: return bytes
        case 2 where rest[1] & 0x0F == 0:
            bytes[position] = rest[0] << 2 | rest[1] >> 4
            return bytes
        case 3 where rest[2] & 0x03 == 0:
            bytes[position] = rest[0] << 2 | rest[1] >> 4
            bytes[position + 1] = rest[1] << 4 | rest[2] >> 2
            return bytes
        default: return nil
        }
    }
}
