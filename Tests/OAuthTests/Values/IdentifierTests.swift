import OAuth
import Testing

@Suite("Names of clients and providers")
struct IdentifierTests {
    @Test(
        "A client's name has letters, digits, -, _, . and ~",
        arguments: ["a", "city-transport", "A.b_c~9", "0", "-a", "a..b", String(repeating: "a", count: 128)])
    func client(text: String) {
        #expect(ClientID(validating: text)?.rawValue == text)
    }

    @Test(
        "A name that could leave its folder, or is too long, is no client's",
        arguments: [
            "", ".", "..", ".a", "a/b", "a\\b", "../a", "a b", "a+b", "a%2Fb", "a:b", "a\u{0}", "a\n", "é",
            "\u{430}pp", "\u{212A}", "a\u{301}", String(repeating: "a", count: 129),
        ])
    func notClient(text: String) {
        #expect(ClientID(validating: text) == nil)
    }

    @Test(
        "A provider's name is that of its file",
        arguments: ["google", "city-pool", "0auth_2", "a", String(repeating: "a", count: 64)])
    func provider(text: String) {
        #expect(ProviderID(validating: text)?.rawValue == text)
    }

    @Test(
        "No other text names a provider",
        arguments: [
            "", "-a", "_a", ".a", "a.b", "Google", "a b", "a/b", "a?b", "a#b", "a%", "a\n", "é",
            String(repeating: "a", count: 65),
        ])
    func notProvider(text: String) {
        #expect(ProviderID(validating: text) == nil)
    }

    @Test("An identifier is coded as its text")
    func coding() throws {
        #expect(try JSON.text(of: ClientID(rawValue: "app")) == #""app""#)
        #expect(try JSON.roundTrip(ClientID(rawValue: "app")) == ClientID(rawValue: "app"))
        #expect("\(ClientID(rawValue: "app"))" == "app")
    }
}
