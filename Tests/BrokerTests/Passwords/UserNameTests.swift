import Broker
import Testing

@Suite("RFC 8265: user names")
struct UserNameTests {
    @Test(
        "Names that a person would call the same are one name",
        arguments: [
            ("anna", "ANNA"),
            ("anna@city.example", " Anna@City.Example\t".replacing("\t", with: " ")),
            ("\u{FB01}lip", "FILIP"),
            ("\u{FF41}\u{FF4E}\u{FF4E}\u{FF41}", "anna"),
            ("stra\u{DF}e", "STRASSE"),
            ("STRA\u{1E9E}E", "strasse"),
            ("\u{130}zmir", "i\u{307}zmir"),
            ("\u{3C3}\u{3AF}\u{3C3}\u{3C5}\u{3C6}\u{3BF}\u{3C2}", "\u{3A3}\u{38A}\u{3A3}\u{3A5}\u{3A6}\u{39F}\u{3A3}"),
            ("\u{17D}ofia", "z\u{30C}ofia"),
            ("\u{212A}arol", "karol"),
            ("\u{2460}", "1"),
            ("\u{1F88}", "\u{1F00}\u{3B9}"),
            ("jana\u{A0}nov\u{E1}", "jana nov\u{E1}"),
            ("jana \u{3000} nov\u{E1}", "jana nov\u{E1}"),
            ("\u{149}a", "\u{2BC}na"),
        ])
    func same(_ left: String, _ right: String) throws {
        let left = try UserName(parsing: left)
        let right = try UserName(parsing: right)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(try UserName(parsing: left.key).key.utf8.elementsEqual(left.key.utf8))
    }

    @Test(
        "Names that differ stay different",
        arguments: [
            ("anna", "hanna"),
            ("y\u{131}lmaz", "yilmaz"),
            ("\u{130}zmir", "izmir"),
            ("zofia", "\u{17E}ofia"),
            ("a", "\u{430}"),
            ("jana nov\u{E1}", "jananov\u{E1}"),
            ("o", "\u{F8}"),
        ])
    func different(_ left: String, _ right: String) throws {
        #expect(try UserName(parsing: left) != UserName(parsing: right))
    }

    @Test("A name is shown as it was typed, without the spaces around it")
    func display() throws {
        #expect(try UserName(parsing: "  \u{17D}ofia Nov\u{E1}  ").text == "\u{17D}ofia Nov\u{E1}")
        #expect(try UserName(parsing: "STRA\u{1E9E}E").text == "STRA\u{1E9E}E")
        #expect(try UserName(parsing: "STRA\u{1E9E}E").key == "strasse")
    }

    private static let hopeless: [(String, UserName.Flaw)] = [
        ("", .empty),
        ("   ", .empty),
        ("\u{3000}", .empty),
        ("a\u{0}b", .forbiddenCharacter),
        ("a\nb", .forbiddenCharacter),
        ("anna\t", .forbiddenCharacter),
        ("a\u{7F}", .forbiddenCharacter),
        ("a\u{85}", .forbiddenCharacter),
        ("an\u{200D}na", .forbiddenCharacter),
        ("an\u{200B}na", .forbiddenCharacter),
        ("an\u{AD}na", .forbiddenCharacter),
        ("\u{202E}anna", .forbiddenCharacter),
        ("anna\u{FEFF}", .forbiddenCharacter),
        ("anna\u{E000}", .forbiddenCharacter),
        ("anna\u{FFFE}", .forbiddenCharacter),
        ("anna\u{2028}", .forbiddenCharacter),
        ("anna\u{3164}", .forbiddenCharacter),
        (String(repeating: "a", count: 255), .tooLong),
        (String(repeating: "\u{E9}", count: 128), .tooLong),
        (String(repeating: "\u{FDFA}", count: 20), .tooLong),
    ]

    @Test("What cannot be seen or is too long is no name", arguments: hopeless)
    func refused(_ text: String, flaw: UserName.Flaw) {
        #expect(throws: flaw) { try UserName(parsing: text) }
        #expect(UserName(text) == nil)
    }

    @Test("The longest e-mail address is a name")
    func longest() throws {
        #expect(try UserName(parsing: String(repeating: "a", count: 254)).key.utf8.count == 254)
    }
}
