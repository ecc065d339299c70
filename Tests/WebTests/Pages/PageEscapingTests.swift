import Foundation
import OAuth
import Testing
import Web

@Suite("Pages: what others wrote stays text")
struct PageEscapingTests {
    private let frame = PageFrame(language: .english, address: nil, client: nil)

    private static let hostile = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' autofocus onfocus=alert(1) x='",
        "&lt;b&gt;",
        "{{t.common.brand}}{{{client}}}",
        // A quote that carries a combining mark, or follows a prepending one, is another Character than a quote.
        "\"\u{301} onfocus=alert(1) x=\"\u{20DD}",
        "\u{600}\" onfocus=alert(1) \u{600}<b>",
        "<\u{200D}script>",
    ]

    @Test("Hostile text leaves neither its attribute nor its element", arguments: hostile)
    func escaped(text: String) throws {
        let card = ClientCard(name: DisplayName(text), logo: nil, returnsTo: nil)
        let plain = ClientCard(name: DisplayName("A"), logo: nil, returnsTo: nil)
        let templates = try TemplatesFolder.load()
        func html(_ card: ClientCard, _ text: String) -> String {
            let form = LoginPage.LocalForm(
                action: PageLink(path: "/login/local"), hidden: [HiddenField(name: "payload", value: text)],
                username: text, problem: nil)
            let provider = PageExample.provider(text, .available(PageLink(path: "/", query: [("payload", text)])))
            return templates.render(LoginPage(client: card, providers: [provider], localForm: form), in: frame).html
        }
        // Every scalar that could open or close something is as frequent as with a harmless name.
        let (found, expected) = (html(card, text), html(plain, "A"))
        for scalar in ["<", ">", "\""] as [Unicode.Scalar] {
            #expect(
                found.unicodeScalars.count { $0 == scalar } == expected.unicodeScalars.count { $0 == scalar })
        }
    }

    @Test(
        "Names cannot reorder or break the sentence they stand in",
        arguments: [
            ("Transport\u{202E}gro.live", "Transportgro.live"), ("\u{2066}a\u{2069}", "a"),
            ("a\u{0}\u{1B}[31mb", "a[31mb"),
            ("a\u{200B}b\u{FEFF}", "ab"), ("  a \n\t b\u{2028}c ", "a b c"), ("", ""), ("Ďáblová", "Ďáblová"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ])
    func displayNames(raw: String, text: String) {
        #expect(Array(DisplayName(raw).text.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test("A name is bounded, however many marks its letters carry")
    func bounded() {
        #expect(DisplayName(String(repeating: "ab ", count: 1000)).text.count == 80)
        let marked = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(DisplayName(marked).text.unicodeScalars.count <= 640)
    }
}
