import OAuth
import Testing

@Suite("RFC 6749 appendix B: form encoding")
struct FormEncodingTests {
    @Test(
        "A well-formed value is decoded",
        arguments: [
            ("", ""),
            ("plain", "plain"),
            ("openid+email", "openid email"),
            ("openid%20email", "openid email"),
            ("a%2Bb", "a+b"),
            ("a%2bb", "a+b"),
            ("%25", "%"),
            ("%2525", "%25"),
            ("%2526", "%26"),
            ("%26%3D", "&="),
            ("+%25%26%C2%A3%E2%82%AC", " %&£€"),
            ("%F0%9F%8C%89", "🌉"),
            ("%0D%0A%09", "\r\n\t"),
            ("+++", "   "),
            ("a=b", "a=b"),
            ("[x]", "[x]"),
            ("%F4%8F%BF%BF", "\u{10FFFF}"),
            ("£", "£"),
            ("£+%26", "£ &"),
            ("01234567890123456789012345678901%41", "01234567890123456789012345678901A"),
        ])
    func decodes(encoded: String, value: String) throws {
        let decoded = try #require(FormEncoding.decode(encoded.utf8))
        #expect(Array(decoded.utf8) == Array(value.utf8))
    }

    @Test(
        "A broken escape is refused",
        arguments: [
            "%", "%2", "a%", "a%4", "%%", "%%41", "%GG", "%4G", "%G4", "%u0041", "%+1", "%-1", "% 1", "%2 ", "%0x",
        ])
    func brokenEscape(encoded: String) {
        #expect(FormEncoding.decode(encoded.utf8) == nil)
    }

    @Test(
        "A NUL is refused, escaped or not", arguments: [Array("%00".utf8), Array("a%00b".utf8), [0], [0x61, 0, 0x62]])
    func nul(encoded: [UInt8]) {
        #expect(FormEncoding.decode(encoded) == nil)
    }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [
            ("a lone continuation byte", "%80"),
            ("an overlong slash of two bytes", "%C0%AF"),
            ("an overlong NUL", "%C0%80"),
            ("an overlong slash of three bytes", "%E0%80%AF"),
            ("an overlong slash of four bytes", "%F0%80%80%AF"),
            ("a high surrogate", "%ED%A0%80"),
            ("a low surrogate", "%ED%BF%BF"),
            ("a surrogate pair (CESU-8)", "%ED%A0%BC%ED%BC%89"),
            ("two bytes cut to one", "%C3"),
            ("three bytes cut to two", "%E2%82"),
            ("four bytes cut to three", "%F0%9F%8C"),
            ("a cut character followed by a letter", "%C3a"),
            ("beyond U+10FFFF", "%F4%90%80%80"),
            ("a five-byte form", "%F8%88%80%80%80"),
            ("0xFE", "%FE"),
            ("0xFF", "%FF"),
            ("Latin-1", "caf%E9"),
        ])
    func notUTF8(what: String, encoded: String) {
        #expect(FormEncoding.decode(encoded.utf8) == nil, "\(what)")
    }

    @Test(
        "Bytes that are not UTF-8 are refused unescaped too",
        arguments: [[0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0x2B, 0x80]])
    func notUTF8Raw(encoded: [UInt8]) {
        #expect(FormEncoding.decode(encoded) == nil)
    }

    @Test(
        "Everything but unreserved characters is escaped, with upper-case digits (RFC 3986 §2.1, §2.3)",
        arguments: [
            ("AZaz09-._~", "AZaz09-._~"),
            (" ", "%20"),
            ("+", "%2B"),
            ("&=", "%26%3D"),
            ("#", "%23"),
            ("%", "%25"),
            ("\r\nLocation: x", "%0D%0ALocation%3A%20x"),
            ("\"'<>\\", "%22%27%3C%3E%5C"),
            ("\u{0}", "%00"),
            ("é", "%C3%A9"),
            ("e\u{301}", "e%CC%81"),
            ("🌉", "%F0%9F%8C%89"),
            ("0123456789012345678901234567890123456789/", "0123456789012345678901234567890123456789%2F"),
        ])
    func encodes(value: String, encoded: String) {
        #expect(FormEncoding.encode(value) == encoded)
    }

    @Test("What was encoded decodes to the same bytes")
    func roundTrip() {
        let scalars = (1...0x2FF).compactMap(UnicodeScalar.init).map(Character.init)
        let text = String(scalars) + "🌉\u{10FFFF}"
        let decoded = FormEncoding.decode(FormEncoding.encode(text).utf8)
        #expect(decoded.map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test("Parameters are joined in the order given, names escaped like values")
    func joins() {
        #expect(FormEncoding.encode([("a b", "1&2"), ("c", ""), ("a b", "3")]) == "a%20b=1%262&c=&a%20b=3")
        #expect(FormEncoding.encode([]).isEmpty)
    }
}
