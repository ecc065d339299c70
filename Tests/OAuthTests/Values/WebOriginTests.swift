import OAuth
import Testing

@Suite("RFC 6454 §4: the origin of a web address")
struct WebOriginTests {
    @Test(
        "It is written as browsers write it in Origin",
        arguments: [
            ("https://login.city.example", "https://login.city.example"),
            ("https://login.city.example/app/?x=1#y", "https://login.city.example"),
            ("https://login.city.example?x", "https://login.city.example"),
            ("HTTPS://Login.City.Example/", "https://login.city.example"),
            ("https://login.city.example:443/", "https://login.city.example"),
            ("https://login.city.example:8443", "https://login.city.example:8443"),
            ("http://login.city.example:80", "http://login.city.example"),
            ("http://login.city.example:443", "http://login.city.example:443"),
            ("http://[::1]:8080/x", "http://[::1]:8080"), ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
            ("http://127.0.0.1:0080", "http://127.0.0.1"),
        ])
    func value(url: String, value: String) {
        #expect(WebOrigin(of: url)?.value == value)
    }

    @Test(
        "What has none, or would break a header, is refused",
        arguments: [
            "", "login.city.example", "//login.city.example", "/path", "https:", "https:/a", "https://", "https:///a",
            "ftp://a.example", "javascript://a.example", "data:text/html,x", "https://user@a.example",
            "https://a.example@b.example", "https://a.example:", "https://a.example:0", "https://a.example:65536",
            "https://a.example:+1", "https://a.example:1:2", "https://a b.example", "https://a.example;x",
            "https://a.example,b", "https://a.example\\@b.example", "https://a.example\r\nx", "https://ä.example",
            "https://a_b.example", "https://[::1", "https://[::1]x", "https://[::g]", "https://[]",
            "https://%41.example",
            "https://\u{212A}.example", "https://" + String(repeating: "a", count: 254),
        ])
    func refused(url: String) {
        #expect(WebOrigin(of: url) == nil)
    }

    @Test(
        "Loopback is what can only lead back here",
        arguments: [
            ("http://localhost", true), ("http://app.localhost:81", true), ("http://127.0.0.1", true),
            ("http://127.9.9.9", true), ("http://[::1]", true), ("http://127.evil.example", false),
            ("http://localhost.evil.example", false), ("http://notlocalhost", false), ("http://10.0.0.1", false),
            ("http://[::2]", false), ("http://0.0.0.0", false),
        ])
    func loopback(url: String, isLoopback: Bool) {
        #expect(WebOrigin(of: url)?.isLoopback == isLoopback)
    }
}
