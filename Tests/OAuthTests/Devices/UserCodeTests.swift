import OAuth
import Testing

@Suite("RFC 8628 §6.1: user codes")
struct UserCodeTests {
    /// Far-apart numbers, the same each time (a Weyl sequence).
    private struct ScatteredGenerator: RandomNumberGenerator {
        private var state: UInt64 = 0

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            return state
        }
    }

    @Test("A drawn code is eight letters without vowels or look-alikes, shown in two halves")
    func drawn() {
        var seen: Set<UserCode> = []
        var generator = ScatteredGenerator()
        for _ in 0..<2000 {
            let code = UserCode(random: RandomBytes(from: &generator))
            #expect(code.letters.count == 8)
            #expect(code.letters.allSatisfy("BCDFGHJKLMNPQRSTVWXZ".contains))
            #expect(code.display == code.letters.prefix(4) + "-" + code.letters.suffix(4))
            #expect(UserCode(typed: code.display) == code)
            seen.insert(code)
        }
        #expect(seen.count == 2000)
        #expect(Set(seen.flatMap(\.letters)).count == 20, "Every letter is used.")
    }

    @Test(
        "However it is typed, it is the same code",
        arguments: [
            "BCDF-GHJK", "bcdf-ghjk", "BCDFGHJK", " bcdf ghjk ", "B-C-D-F-G-H-J-K", "bcdf\u{2013}ghjk", "bcdf.ghjk",
            "BCDF\u{A0}GHJK", "bcdf\u{2212}GHJK", "bcdf_ghjk", "----BCDFGHJK",
        ])
    func typed(text: String) {
        #expect(UserCode(typed: text)?.letters == "BCDFGHJK")
        #expect(UserCode(typed: text)?.digest == UserCode(typed: "BCDFGHJK")?.digest)
    }

    @Test(
        "What is no code is none",
        arguments: [
            "", " ", "-", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF-GHJ1", "BCDF-GHJO", "BCDF/GHJK", "BCDF+GHJK",
            "БCDF-GHJK", "ＢＣＤＦＧＨＪＫ", "BCDF-GHJ\u{212A}", "BCDFGHJ\u{17F}", "BCDF\nGHJK", "BCDF\0GHJK", "' OR '1'='1",
            "BCDFGHJK" + String(repeating: "-", count: 57), "y2k-yyyyy",
        ])
    func refused(text: String) {
        #expect(UserCode(typed: text) == nil)
    }

    @Test("It comes back from JSON as itself, and nothing else does")
    func coding() throws {
        let code = try #require(UserCode(typed: "BCDF-GHJK"))
        #expect(try JSON.text(of: [code]) == #"["BCDFGHJK"]"#)
        #expect(try JSON.decode([UserCode].self, #"["BCDFGHJK"]"#) == [code])
        #expect(throws: DecodingError.self) { try JSON.decode([UserCode].self, #"["AAAAAAAA"]"#) }
    }
}
