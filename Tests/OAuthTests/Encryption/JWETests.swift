import Testing

@testable import OAuth

@Suite("RFC 7516: encrypted tokens, RFC 7518 §4.5 and §5.3")
struct JWETests {
    private static let key = ClientEncryptionKey(bytes: Array(0..<32), id: "2025 \"a\"")
    private static var iv: RandomBytes<Bits96> {
        var generator = CountingGenerator()
        return RandomBytes(from: &generator)
    }

    @Test("The content of RFC 7516 appendix A.1 encrypts to its ciphertext and tag")
    func standardVector() throws {
        let plaintext = "The true sign of intelligence is not knowledge but imagination."
        let key: [UInt8] = [
            177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46, 34,
            105,
            47, 130, 203, 46, 122, 234, 64, 252,
        ]
        let iv: [UInt8] = [227, 197, 117, 252, 2, 219, 233, 68, 180, 225, 77, 219]
        let parts = try JWE.encrypt(
            Array(plaintext.utf8), key: key, iv: iv, header: "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ")
        #expect(
            parts.ciphertext
                == "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A")
        #expect(parts.tag == "XFBoMYUZodetZdvTiFvSkQ")
    }

    @Test("Five parts, the second empty, and a header that says what they are")
    func form() throws {
        let token = try JWE.compact(Secret("opaque"), .opaque, to: try #require(Self.key), iv: Self.iv)
        let parts = token.reveal().split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 5 && parts[1].isEmpty)
        let header = try #require(Base64URL.decode(parts[0]))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"dir","enc":"A256GCM","kid":"2025 \"a\""}"#)
        #expect(Base64URL.decode(parts[2])?.count == 12)
        #expect(Base64URL.decode(parts[3])?.count == 6)
        #expect(Base64URL.decode(parts[4])?.count == 16)
    }

    @Test("A signed token inside is announced, and a key without a name has none (RFC 7519 §5.2)")
    func nested() throws {
        let key = try #require(ClientEncryptionKey(bytes: Array(0..<32), id: nil))
        let token = try JWE.compact(Secret("a.b.c"), .nestedJWT, to: key, iv: Self.iv)
        let header = try #require(Base64URL.decode(token.reveal().prefix { $0 != "." }))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"dir","enc":"A256GCM","cty":"JWT"}"#)
    }

    @Test(
        "A key has 32 bytes, in whatever spelling",
        arguments: [
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", true),
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true),
            ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", true),
            ("AAECAwQFBgcICQoLDA0ODw", false), ("", false), (String(repeating: "A", count: 86), false),
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh!", false),
        ])
    func spelling(_ text: String, _ isKey: Bool) {
        #expect(ClientEncryptionKey(parsing: Secret(text), id: nil)?.bytes == (isKey ? Array(0..<32) : nil))
    }

    @Test("A key does not show itself when printed")
    func redacted() throws {
        let key = try #require(Self.key)
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!"\(key)\(dumped)".contains("31"))
    }

    @Test("96 bits are twelve bytes of the generator, none left out")
    func width() {
        #expect(Self.iv.bytes.count == 12)
    }
}
