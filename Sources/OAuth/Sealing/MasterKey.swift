/// 256 bits from which every sealing key of this installation is derived.
package struct MasterKey: Sendable {
    /// Why a text is no master key. It never holds the text.
    package enum Flaw: Error, Equatable, Sendable {
        /// The text is neither 64 hexadecimal digits nor 43 base64 characters (44 with padding).
        case wrongLength(Int)
        /// A character outside of the alphabet, or bits after the 256th.
        case notEncoded
    }

    /// 32 bytes.
    let bytes: [UInt8]

    /// Makes a new key of `randomness`.
    package init(_ randomness: RandomBytes<Bits256>) {
        bytes = randomness.bytes
    }

    /// Reads 32 bytes written as base64, base64url (RFC 4648 §4 and §5; padding optional) or hexadecimal digits.
    package init(parsing text: some StringProtocol) throws(Flaw) {
        let characters = Array(text.utf8)
        let decoded: [UInt8]?
        switch characters.count {
        case 64: decoded = MasterKey.decodeHexadecimal(characters)
        case 43: decoded = MasterKey.decodeBase64(characters[...])
        case 44 where characters.last == UInt8(ascii: "="): decoded = MasterKey.decodeBase64(characters.dropLast())
        default: throw .wrongLength(characters.count)
        }
        guard let decoded, decoded.count == 32 else { throw .notEncoded }
        bytes = decoded
    }

    /// The key as base64 with padding: one line of the master key file.
    package var base64: Secret {
        let text = Base64URL.encode(bytes).utf8.map { character in
            switch character {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: character
            }
        }
        return Secret(String(decoding: text, as: UTF8.self) + "=")
    }

    private static func decodeBase64(_ characters: ArraySlice<UInt8>) -> [UInt8]? {
        let text = characters.map { character in
            switch character {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: character
            }
        }
        return Base64URL.decode(String(decoding: text, as: UTF8.self))
    }

    private static func decodeHexadecimal(_ characters: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: characters.count, by: 2) {
            guard let high = Character(Unicode.Scalar(characters[index])).hexDigitValue,
                let low = Character(Unicode.Scalar(characters[index + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}

extension MasterKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<master key>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
