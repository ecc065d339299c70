import OAuth
import Testing

@Suite("RFC 8707 §2: resource indicators")
struct ResourceIndicatorTests {
    @Test(
        "An absolute URI without a fragment names a resource, exactly as it is spelt",
        arguments: [
            "https://api.city.example", "https://api.city.example/tickets?tenant=1", "urn:example:tickets",
            "http://127.0.0.1:8080/", "https://[2001:db8::1]/x", "a:b",
            "https://a.example/" + String(repeating: "x", count: 982),
        ])
    func accepted(_ text: String) {
        #expect(ResourceIndicator(text)?.value == text)
    }

    @Test(
        "Anything else does not",
        arguments: [
            "", "api", "/tickets", "//api.city.example", "https:", "https://", "https:///x", "https://a.example/#", "#",
            "https://a.example/#tickets", "https://user@a.example/", "https://a.example/ x", "https://a.example/\n",
            "https://ä.example/", "1a:b", ":b", "ht tp://a.example", "https://a.example/{x}", "https://a.example/\\",
            "https://a.example/" + String(repeating: "x", count: 983),
        ])
    func refused(_ text: String) {
        #expect(ResourceIndicator(text) == nil)
    }

    @Test("Two spellings are two resources")
    func spelling() {
        #expect(ResourceIndicator("https://a.example/") != ResourceIndicator("https://a.example"))
        #expect(ResourceIndicator("https://A.example/") != ResourceIndicator("https://a.example/"))
    }
}
