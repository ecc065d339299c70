import OAuth
import Testing

@Suite("Sealing: envelopes")
struct KeyRingTests {
    private let ring: KeyRing

    init() throws {
        ring = try KeyRing([.ascending])
    }

    /// Made with Python's `cryptography` 48 from the format as documented: HKDFExpand, AESGCM and nothing of ours.
    struct Vector: Sendable, CustomTestStringConvertible {
        let master: MasterKey
        let keyID: String
        let purpose: SealingPurpose
        let context: String
        let salt: RandomBytes<Bits128>
        let plaintext: String
        let envelope: String

        var testDescription: String { purpose.rawValue }

        static let all = [
            Vector(
                master: .ascending, keyID: "c490aac8", purpose: .accessToken, context: "transport", salt: .saltA,
                plaintext: "an upstream token",
                envelope: "AcSQqsgQERITFBUWFxgZGhscHR4fAAl0cmFuc3BvcnQvzrNmKWUNer3x66B-u9Jis99Wm9Nn0rEZD33y1kHApAo"),
            Vector(
                master: .ascending, keyID: "c490aac8", purpose: .payload, context: "", salt: .saltB, plaintext: "",
                envelope: "AcSQqsigoaKjpKWmp6ipqqusra6vAADNkeX3SXH0ZuAeOisQnXME"),
            Vector(
                master: .descending, keyID: "d6a5f814", purpose: .refreshToken, context: "parkova\u{10D}ka",
                salt: .saltB, plaintext: "\u{17E}lt\u{FD} k\u{F4}\u{148}",
                envelope: "Adal-BSgoaKjpKWmp6ipqqusra6vAAtwYXJrb3ZhxI1rYcOiITetZKFwOiHbFZtcOei9Pas1z_Pqcw2zEk4"),
        ]
    }

    @Test("Sealing gives the envelopes another implementation gives", arguments: Vector.all)
    func sealsVector(_ vector: Vector) throws {
        let ring = try KeyRing([vector.master])
        let sealed = try ring.seal(
            Array(vector.plaintext.utf8), as: vector.purpose, for: vector.context, salt: vector.salt)
        #expect(sealed.text == vector.envelope)
        #expect(ring.keyIDs == [vector.keyID])
    }

    @Test("Envelopes of another implementation open", arguments: Vector.all)
    func opensVector(_ vector: Vector) throws {
        let opened = try KeyRing([vector.master]).open(vector.envelope, as: vector.purpose)
        #expect(opened.context == vector.context)
        #expect(opened.plaintext == Array(vector.plaintext.utf8))
    }

    @Test("An envelope opens for its own purpose and no other", arguments: SealingPurpose.allCases)
    func purposes(_ purpose: SealingPurpose) throws {
        let sealed = try ring.seal([1, 2, 3], as: purpose, for: "client", salt: .saltA)
        #expect(try ring.open(sealed.text, as: purpose).plaintext == [1, 2, 3])
        for other in SealingPurpose.allCases where other != purpose {
            #expect(throws: SealingFlaw.notAuthentic) { try ring.open(sealed.text, as: other) }
        }
    }

    @Test("The purposes are spelt as every stored envelope expects")
    func purposeSpelling() {
        #expect(
            SealingPurpose.allCases.map(\.rawValue) == [
                "payload", "upstream-state", "staged-login", "access-token", "refresh-token", "refresh-successor",
                "signing-key", "pairwise-secret", "trail-seal", "upstream-id-token", "logout-return", "form-token",
                "link-proof", "client-key", "page-cursor", "vault",
            ])
    }

    @Test("Another salt gives another key: nothing of the ciphertext is alike")
    func salts() throws {
        let plaintext = [UInt8](repeating: 0, count: 64)
        let left = try #require(
            Base64URL.decode(try ring.seal(plaintext, as: .payload, for: "", salt: .saltA).text))
        let right = try #require(
            Base64URL.decode(try ring.seal(plaintext, as: .payload, for: "", salt: .saltB).text))
        let equal = zip(left.dropFirst(23), right.dropFirst(23)).count { $0 == $1 }
        #expect(equal < 8)
    }

    @Test("A context of any length comes back", arguments: [0, 1, 127, 128, 255, 256, 300, 65_535])
    func contexts(_ length: Int) throws {
        let context = String(repeating: "c", count: length)
        let sealed = try ring.seal([7], as: .stagedLogin, for: context, salt: .saltA)
        let opened = try ring.open(sealed.text, as: .stagedLogin)
        #expect(opened.context == context)
        #expect(opened.plaintext == [7])
    }

    @Test("The largest envelope opens, and one byte more is not sealed")
    func size() throws {
        let room = SealedEnvelope.maximumByteCount - 23 - 16
        let sealed = try ring.seal([UInt8](repeating: 5, count: room), as: .stagedLogin, for: "", salt: .saltA)
        #expect(try ring.open(sealed.text, as: .stagedLogin).plaintext.count == room)
        #expect(throws: SealingFlaw.tooLarge) {
            try ring.seal([UInt8](repeating: 5, count: room + 1), as: .stagedLogin, for: "", salt: .saltA)
        }
        #expect(throws: SealingFlaw.tooLarge) { try ring.open(sealed.text + "AAAA", as: .stagedLogin) }
        #expect(throws: SealingFlaw.tooLarge) {
            try ring.seal([], as: .payload, for: String(repeating: "c", count: 65_536), salt: .saltA)
        }
    }

    private struct Login: Codable, Equatable {
        let subject: String
        let scopes: [String]
    }

    @Test("A value travels as JSON")
    func json() throws {
        let login = Login(subject: "anna", scopes: ["openid", "email"])
        let sealed = try ring.sealJSON(login, as: .stagedLogin, for: "parking", salt: .saltA)
        let opened = try ring.openJSON(sealed.text, as: .stagedLogin, into: Login.self)
        #expect(opened.value == login)
        #expect(opened.context == "parking")
    }

    @Test("An authentic envelope with another kind of value in it is malformed")
    func otherJSON() throws {
        let sealed = try ring.sealJSON(["subject": "anna"], as: .stagedLogin, for: "parking", salt: .saltA)
        #expect(throws: SealingFlaw.malformed) { try ring.openJSON(sealed.text, as: .stagedLogin, into: Login.self) }
    }
}

@Suite("Sealing: hostile envelopes")
struct HostileEnvelopeTests {
    private let ring: KeyRing
    private let envelope: [UInt8]

    init() throws {
        ring = try KeyRing([.ascending, .descending])
        let sealed = try ring.seal(Array("a token".utf8), as: .accessToken, for: "transport", salt: .saltA)
        envelope = try #require(Base64URL.decode(sealed.text))
    }

    @Test("A change of any bit of any byte is noticed", arguments: 0..<8)
    func altered(_ bit: Int) {
        for position in envelope.indices {
            var altered = envelope
            altered[position] ^= 1 << bit
            #expect(throws: SealingFlaw.self, "byte \(position)") {
                try ring.open(Base64URL.encode(altered), as: .accessToken)
            }
        }
    }

    @Test("A change of any character of the text is noticed")
    func alteredText() {
        let text = Array(Base64URL.encode(envelope).utf8)
        for position in text.indices {
            for replacement in "A_z".utf8 where replacement != text[position] {
                var altered = text
                altered[position] = replacement
                #expect(throws: SealingFlaw.self, "character \(position)") {
                    try ring.open(String(decoding: altered, as: UTF8.self), as: .accessToken)
                }
            }
        }
    }

    @Test("A truncation at any length is noticed, at either end")
    func truncated() {
        for length in 0..<envelope.count {
            #expect(throws: SealingFlaw.self) {
                try ring.open(Base64URL.encode(envelope.prefix(length)), as: .accessToken)
            }
            #expect(throws: SealingFlaw.self) {
                try ring.open(Base64URL.encode(envelope.suffix(length)), as: .accessToken)
            }
        }
    }

    @Test("An envelope for one client does not pass as another's")
    func contextSwap() throws {
        var swapped = envelope
        swapped.replaceSubrange(23..<32, with: Array("transpart".utf8))
        #expect(throws: SealingFlaw.notAuthentic) { try ring.open(Base64URL.encode(swapped), as: .accessToken) }
    }

    @Test("The border between context and ciphertext cannot be moved")
    func movedBorder() {
        for length in [UInt8(0), 8, 10, 255] {
            var moved = envelope
            moved[22] = length
            #expect(throws: SealingFlaw.self) { try ring.open(Base64URL.encode(moved), as: .accessToken) }
        }
    }

    @Test("The body of one envelope does not fit under the header of another")
    func spliced() throws {
        let other = try ring.seal(Array("a tokex".utf8), as: .accessToken, for: "transport", salt: .saltB)
        let bytes = try #require(Base64URL.decode(other.text))
        let spliced = envelope.prefix(32) + bytes.dropFirst(32)
        #expect(throws: SealingFlaw.notAuthentic) { try ring.open(Base64URL.encode(spliced), as: .accessToken) }
    }

    private static let neverEnvelopes: [(String, SealingFlaw)] = [
        ("", .malformed),
        ("A", .malformed),
        ("AQ", .malformed),
        ("Ag", .unknownVersion),
        ("eyJhbGciOiJSUzI1NiJ9.e30.AAAA", .malformed),
        ("AcSQqsg=", .malformed),
        ("AcSQ qsg", .malformed),
        ("\u{17E}lt\u{FD}", .malformed),
        (zeros + zeros, .unknownVersion),
        ("AQ" + zeros + zeros, .unknownKey),
        ("AcSQqsgQERITFBUWFxgZGhscHR4f__" + zeros, .malformed),
        ("AcSQqsgQERITFBUWFxgZGhscHR4fAAH_" + zeros, .malformed),
    ]

    private static let zeros = String(repeating: "A", count: 30)

    @Test("What never was an envelope is called by its name", arguments: neverEnvelopes)
    func noEnvelope(_ text: String, flaw: SealingFlaw) {
        #expect(throws: flaw) { try ring.open(text, as: .accessToken) }
    }
}

@Suite("Sealing: several master keys")
struct SeveralMasterKeysTests {
    @Test("The first key seals, and the others still open")
    func rotation() throws {
        let old = try KeyRing([.ascending])
        let both = try KeyRing([.descending, .ascending])
        let new = try KeyRing([.descending])
        let before = try old.seal([1], as: .signingKey, for: "kid", salt: .saltA)
        let after = try both.seal([2], as: .signingKey, for: "kid", salt: .saltA)
        #expect(try both.open(before.text, as: .signingKey).plaintext == [1])
        #expect(try both.open(after.text, as: .signingKey).plaintext == [2])
        #expect(try new.open(after.text, as: .signingKey).plaintext == [2])
        #expect(throws: SealingFlaw.unknownKey) { try new.open(before.text, as: .signingKey) }
        #expect(throws: SealingFlaw.unknownKey) { try old.open(after.text, as: .signingKey) }
    }

    @Test("No key is no ring")
    func empty() {
        #expect(throws: KeyRing.Flaw.empty) { try KeyRing([]) }
    }

    @Test("One key twice is refused")
    func duplicate() {
        #expect(throws: KeyRing.Flaw.duplicate(position: 2)) {
            try KeyRing([.ascending, .descending, .ascending])
        }
    }

    @Test("Nothing that is printed shows a key, an envelope or what was in it")
    func redaction() throws {
        let ring = try KeyRing([.ascending])
        let sealed = try ring.sealJSON(["secret": "apricot"], as: .payload, for: "plum", salt: .saltA)
        let opened = try ring.open(sealed.text, as: .payload)
        let value = try ring.openJSON(sealed.text, as: .payload, into: [String: String].self)
        var printed = ""
        dump(MasterKey.ascending, to: &printed)
        dump(ring, to: &printed)
        dump(sealed, to: &printed)
        dump(opened, to: &printed)
        dump(value, to: &printed)
        printed += "\(MasterKey.ascending) \(ring) \(sealed) \(opened) \(value)"
        printed += String(reflecting: MasterKey.ascending) + String(reflecting: opened) + String(reflecting: sealed)
        #expect(!printed.contains("apricot"))
        #expect(!printed.contains(sealed.text.prefix(12)))
        #expect(!printed.contains("AAEC"))
        #expect(!printed.contains("[0, 1, 2"))
        #expect(printed.contains("<sealed>"))
    }
}
