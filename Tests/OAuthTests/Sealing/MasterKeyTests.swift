import OAuth
import Testing

@Suite("Sealing: master keys as text")
struct MasterKeyTests {
    private static let canonical = "++/+++/+++/+++/+++/+++/+++/+++/+++/+++/+++8="

    @Test(
        "One key has several spellings",
        arguments: [
            "++/+++/+++/+++/+++/+++/+++/+++/+++/+++/+++8=",
            "++/+++/+++/+++/+++/+++/+++/+++/+++/+++/+++8",
            "--_---_---_---_---_---_---_---_---_---_---8",
            "--_---_---_---_---_---_---_---_---_---_---8=",
            "fbeffefbeffefbeffefbeffefbeffefbeffefbeffefbeffefbeffefbeffefbef",
            "FBEFFEFBEFFEFBEFFEFBEFFEFBEFFEFBEFFEFBEFFEFBEFFEFBEFFEFBEFFEFBEF",
        ])
    func spellings(_ text: String) throws {
        #expect(try MasterKey(parsing: text).base64.reveal() == MasterKeyTests.canonical)
    }

    private static let unreadable: [(String, MasterKey.Flaw)] = [
        ("", .wrongLength(0)),
        ("AAECAwQFBgcICQoLDA0ODw==", .wrongLength(24)),
        (zeros + "AA", .wrongLength(44)),
        (zeros + "AAA", .wrongLength(45)),
        (zeros + "B", .notEncoded),
        (zeros + "!", .notEncoded),
        (zeros + "==", .notEncoded),
        ("\(zeros)\(zeros.prefix(21))g", .notEncoded),
        (String(repeating: "\u{E9}", count: 32), .notEncoded),
    ]

    private static let zeros = String(repeating: "A", count: 42)

    @Test("What is not 256 bits is refused", arguments: unreadable)
    func refused(_ text: String, flaw: MasterKey.Flaw) {
        #expect(throws: flaw) { try MasterKey(parsing: text) }
    }

    @Test("A key written as base64 reads back as itself")
    func roundTrip() throws {
        let again = try MasterKey(parsing: MasterKey.ascending.base64.reveal())
        #expect(again.base64 == MasterKey.ascending.base64)
        #expect(MasterKey.ascending.base64.reveal() == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    }
}
