/// What a person types to let a device in (RFC 8628 §6.1): eight letters without vowels, so that they spell nothing and
/// none is taken for another.
///
/// 34 bits are few: it lives for minutes, guesses are slowed down, and it lets nobody in who has not logged in.
package struct UserCode: Hashable, Sendable {
    /// Without the dash in which it is shown.
    package let letters: String

    private static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
    private static let length = 8
    /// Longest text that is looked at, in bytes.
    private static let longestText = 64

    /// Draws a code. Each is as likely as any other to one part in 2^29: 64 bits are folded onto 20^8 codes.
    package init(random: RandomBytes<Bits128>) {
        var number = random.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var letters: [UInt8] = []
        for _ in 0..<Self.length {
            letters.append(Self.alphabet[Int(number % UInt64(Self.alphabet.count))])
            number /= UInt64(Self.alphabet.count)
        }
        self.letters = String(decoding: letters, as: UTF8.self)
    }

    /// Reads what somebody typed: capitals, dashes, dots and spaces make no difference. Nil for what no code is.
    package init?(typed text: String) {
        guard text.utf8.count <= Self.longestText else { return nil }
        var letters: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            // Keyboards put longer dashes and wider spaces than were typed.
            case "-", ".", "_", " ", "\u{A0}", "\u{2010}"..."\u{2015}", "\u{2212}": continue
            case "a"..."z": letters.append(UInt8(scalar.value) - 0x20)
            case "A"..."Z": letters.append(UInt8(scalar.value))
            default: return nil
            }
        }
        guard letters.count == Self.length, letters.allSatisfy(Self.alphabet.contains) else { return nil }
        self.letters = String(decoding: letters, as: UTF8.self)
    }

    /// In two halves, as people read it aloud.
    package var display: String { "\(letters.prefix(4))-\(letters.suffix(4))" }

    /// Under which the database knows it.
    package var digest: HandleDigest { HandleDigest(of: Secret("user-code\n\(letters)")) }
}

extension UserCode: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let code = UserCode(typed: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no user code")
        }
        self = code
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(letters)
    }
}
