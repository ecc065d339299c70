import OAuth
import Testing

@Suite("RFC 6749 §4.1.2: answering at the redirect URI")
struct RegisteredRedirectTests {
    @Test("Any of the client's URIs is found, and the presented one is where the browser goes")
    func finds() throws {
        let client = try Client.fixture(redirects: ["https://a.example/cb", "http://127.0.0.1/cb"])
        #expect(RegisteredRedirect("https://a.example/cb", of: client)?.value == "https://a.example/cb")
        #expect(RegisteredRedirect("http://127.0.0.1:51004/cb", of: client)?.value == "http://127.0.0.1:51004/cb")
        #expect(RegisteredRedirect("https://b.example/cb", of: client) == nil)
    }

    @Test(
        "A client without redirect URIs has none that match",
        arguments: ["", "https://a.example/cb", "http://127.0.0.1/"])
    func none(presented: String) throws {
        #expect(RegisteredRedirect(presented, of: try Client.fixture(redirects: [])) == nil)
    }

    @Test(
        "Parameters join the query that is there",
        arguments: [
            ("https://a.example/cb", "https://a.example/cb?code=c&state=s"),
            ("https://a.example", "https://a.example?code=c&state=s"),
            ("https://a.example/cb?", "https://a.example/cb?code=c&state=s"),
            ("https://a.example/cb?x=1", "https://a.example/cb?x=1&code=c&state=s"),
            ("https://a.example/cb?x=1&", "https://a.example/cb?x=1&code=c&state=s"),
            ("https://a.example/cb?x=%26&y", "https://a.example/cb?x=%26&y&code=c&state=s"),
            (
                "https://a.example/cb?u=https://b.example/?z",
                "https://a.example/cb?u=https://b.example/?z&code=c&state=s"
            ),
            ("http://127.0.0.1:8000/cb", "http://127.0.0.1:8000/cb?code=c&state=s"),
            ("com.example.app:/cb", "com.example.app:/cb?code=c&state=s"),
        ])
    func appends(uri: String, expected: String) throws {
        let redirect = try #require(RegisteredRedirect(uri, of: try Client.fixture(redirects: [uri])))
        #expect(redirect.appending([("code", "c"), ("state", "s")]) == expected)
    }

    @Test(
        "A hostile value stays one value of one parameter",
        arguments: [
            "&code=stolen", "#fragment", "a b+c", "%26code%3Dx", "\r\nSet-Cookie: a=b", "\"><script>", "é🌉",
            "e\u{301}", "?x=1", ";a=b", "\\", "\u{2028}", "'",
        ])
    func hostile(state: String) throws {
        let redirect = try #require(RegisteredRedirect("https://app.example/callback", of: try .fixture()))
        let location = redirect.appending([("code", "c"), ("state", state), ("iss", "https://id.example")])
        let prefix = "https://app.example/callback?code=c&state="
        let suffix = "&iss=https%3A%2F%2Fid.example"
        #expect(location.hasPrefix(prefix) && location.hasSuffix(suffix))
        let encoded = location.dropFirst(prefix.count).dropLast(suffix.count)
        let safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%".utf8
        #expect(encoded.utf8.allSatisfy(safe.contains))
        #expect(FormEncoding.decode(encoded.utf8).map { Array($0.utf8) } == Array(state.utf8))
    }
}
