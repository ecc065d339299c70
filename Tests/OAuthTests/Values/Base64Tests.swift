import Foundation
import OAuth
import Testing

@Suite("RFC 4648: base64 and base64url")
struct Base64Tests {
    private static let vectors: [(text: String, padded: String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("The vectors of §10 hold in both alphabets", arguments: vectors)
    func vector(text: String, padded: String) {
        let unpadded = padded.replacingOccurrences(of: "=", with: "")
        #expect(Base64.decode(padded) == Array(text.utf8))
        #expect(Base64URL.encode(text.utf8) == unpadded)
        #expect(Base64URL.decode(unpadded) == Array(text.utf8))
    }

    @Test("The example of RFC 7515 appendix C holds")
    func appendixC() {
        #expect(Base64URL.encode([3, 236, 255, 224, 193]) == "A-z_4ME")
        #expect(Base64URL.decode("A-z_4ME") == [3, 236, 255, 224, 193])
        #expect(Base64.decode("A+z/4ME=") == [3, 236, 255, 224, 193])
    }

    @Test("Bytes of every length come back as they were, as Foundation encodes them", arguments: 0...70)
    func roundTrip(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 251) }
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        #expect(Base64.decode(Data(bytes).base64EncodedString()) == bytes)
    }

    @Test("Of a last character, only the one spelling without stray bits decodes")
    func trailingBits() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        #expect(alphabet.filter { Base64URL.decode("A\($0)") != nil } == "AQgw")
        #expect(alphabet.filter { Base64URL.decode("AA\($0)") != nil } == "AEIMQUYcgkosw048")
        #expect(alphabet.filter { Base64URL.decode("AAA\($0)") != nil } == alphabet)
        #expect(alphabet.allSatisfy { Base64URL.decode("AAAA\($0)") == nil })
    }

    @Test(
        "base64url has one spelling: no padding and no other character",
        arguments: [
            "Zg=", "Zg==", "Zm8=", "AA=", "=", "====", "+A", "/w", "Z g", "Zg ", " Zg", "Zg\n", "Zg\r\n", "Z.g",
            "Z%67", "Zé", "Z\u{301}g", "\u{212A}A", "Zg\u{0}", "\u{FF21}\u{FF21}",
        ])
    func badURL(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test(
        "base64 has one spelling: full padding, no other character, no stray bits",
        arguments: [
            "Zg", "Zg=", "Zm8", "Zm9vY", "=", "==", "===", "====", "A===", "Zg==Zg==", "Zg==\n", "Zg== ", "Z=g=",
            "=Zg=", "Zh==", "Zm9=", "AAB=", "A-z_4ME=", "-_8=", "Zg==\r\n", "Z g=", "Zm8=====", "ZéA", "\u{212A}AA=",
        ])
    func badPadded(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
