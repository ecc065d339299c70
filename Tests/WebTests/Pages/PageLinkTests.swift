import Testing
import Web

@Suite("Pages: links")
struct PageLinkTests {
    @Test("Names and values of a query are percent-encoded")
    func query() {
        let link = PageLink(path: "/login/google", query: [("payload", "a b&c=d+é"), ("x", "")])
        #expect(link.reference == "/login/google?payload=a%20b%26c%3Dd%2B%C3%A9&x=")
    }

    @Test(
        "A path never becomes another host",
        arguments: [
            ("//evil.example/x", "/evil.example/x"), ("/\\evil.example", "/evil.example"), ("\\\\evil", "/evil"),
            ("", "/"), ("login", "/login"), ("javascript:alert(1)", "/javascript:alert(1)"),
        ])
    func ownHost(path: String, reference: String) {
        #expect(PageLink(path: path).reference == reference)
    }

    @Test(
        "A page elsewhere is https, or http on loopback",
        arguments: [
            ("https://transport.example/", true), ("http://localhost:8081/", true),
            ("http://transport.example/", false),
            ("javascript:alert(1)", false), ("data:text/html,x", false), ("/local", false),
        ])
    func web(address: String, isAccepted: Bool) {
        #expect((PageLink(web: address) != nil) == isAccepted)
    }
}
