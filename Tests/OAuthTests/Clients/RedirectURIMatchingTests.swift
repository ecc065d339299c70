import OAuth
import Testing

/// Each row has broken a broker somewhere (CVE-2024-52289, CVE-2023-6291, CVE-2020-15233, CVE-2020-15234, CVE-2026-9689).
@Suite("RFC 9700 §4.1.3: a redirect URI matches exactly")
struct RedirectURIMatchingTests {
    private static let registered = "https://app.example/callback"

    @Test(
        "A look-alike of a registered https URI does not match",
        arguments: [
            ("nothing", ""),
            ("a prefix", "https://app.example/callbac"),
            ("the origin alone", "https://app.example"),
            ("a suffix", "https://app.example/callbacks"),
            ("a path below", "https://app.example/callback/evil"),
            ("a trailing slash", "https://app.example/callback/"),
            ("an added query", "https://app.example/callback?x=1"),
            ("an empty query", "https://app.example/callback?"),
            ("an empty fragment", "https://app.example/callback#"),
            ("a fragment", "https://app.example/callback#x"),
            ("path case", "https://app.example/Callback"),
            ("host case", "https://App.example/callback"),
            ("scheme case", "HTTPS://app.example/callback"),
            ("plain http", "http://app.example/callback"),
            ("the default port written out", "https://app.example:443/callback"),
            ("another port", "https://app.example:8443/callback"),
            ("an empty port", "https://app.example:/callback"),
            ("a userinfo", "https://user@app.example/callback"),
            ("an empty userinfo", "https://@app.example/callback"),
            ("the host as userinfo", "https://app.example@evil.example/callback"),
            ("the host and port as userinfo", "https://app.example:443@evil.example/callback"),
            ("two at signs", "https://app.example@app.example@evil.example/callback"),
            ("a backslash for a slash", "https://app.example\\callback"),
            ("a backslash before an at sign", "https://evil.example\\@app.example/callback"),
            ("backslashes for the authority", "https:\\\\app.example\\callback"),
            ("an escaped dot", "https://app%2eexample/callback"),
            ("any character for the dot", "https://appXexample/callback"),
            ("an escaped letter", "https://app.example/%63allback"),
            ("an escaped slash", "https://app.example%2Fcallback"),
            ("a dot segment", "https://app.example/./callback"),
            ("a double dot segment", "https://app.example/x/../callback"),
            ("an escaped double dot segment", "https://app.example/callback/%2e%2e/evil"),
            ("a double slash", "https://app.example//callback"),
            ("a triple slash", "https:///app.example/callback"),
            ("one slash", "https:/app.example/callback"),
            ("no scheme", "//app.example/callback"),
            ("a matrix parameter", "https://app.example/callback;x=1"),
            ("a subdomain", "https://evil.app.example/callback"),
            ("a longer domain", "https://app.example.evil.example/callback"),
            ("a prefixed domain", "https://evilapp.example/callback"),
            ("a trailing dot", "https://app.example./callback"),
            ("a space before", " https://app.example/callback"),
            ("a space after", "https://app.example/callback "),
            ("a tab inside", "https://app.exa\tmple/callback"),
            ("a newline after", "https://app.example/callback\n"),
            ("a carriage return and newline", "https://app.example/callback\r\nX: y"),
            ("a NUL after", "https://app.example/callback\u{0}"),
            ("a Cyrillic а", "https://\u{430}pp.example/callback"),
            ("a fullwidth letter", "https://\u{FF41}pp.example/callback"),
            ("an ideographic full stop", "https://app\u{3002}example/callback"),
            ("a fullwidth solidus", "https://app.example\u{FF0F}callback"),
            ("a division slash", "https://app.example\u{2215}callback"),
            ("a soft hyphen", "https://app.exa\u{AD}mple/callback"),
            ("a zero-width joiner", "https://app.example/callback\u{200D}"),
            ("a byte order mark", "\u{FEFF}https://app.example/callback"),
            ("a right-to-left override", "https://app.example/\u{202E}callback"),
            ("a combining accent", "https://app.example/callback\u{301}"),
            ("a script", "javascript://app.example/%0Aalert(1)"),
            ("a data URI", "data:text/html,https://app.example/callback"),
            ("a file", "file:///app.example/callback"),
            ("twice", "https://app.example/callbackhttps://app.example/callback"),
            ("a list", "https://app.example/callback,https://evil.example"),
            ("a wildcard", "https://*/callback"),
        ])
    func lookAlike(what: String, presented: String) throws {
        #expect(try !RedirectURI(registering: Self.registered).matches(presented), "\(what)")
    }

    @Test("A character that only looks equal after Unicode normalisation does not match")
    func normalisation() throws {
        let registered = try RedirectURI(registering: "https://app.example/cb/K")
        let kelvin = "https://app.example/cb/\u{212A}"
        #expect(kelvin == registered.value, "Swift compares by canonical equivalence, which is the trap")
        #expect(!registered.matches(kelvin))
        let loopback = try RedirectURI(registering: "http://127.0.0.1/cb/K")
        #expect(!loopback.matches("http://127.0.0.1:8000/cb/\u{212A}"))
    }

    @Test(
        "A loopback address matches at any port (RFC 8252 §7.3)",
        arguments: [
            ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:8000/cb", "http://127.0.0.1:1/cb"),
            ("http://127.0.0.1:8000/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:8000/cb?x=1", "http://127.0.0.1:65535/cb?x=1"),
            ("http://127.0.0.1", "http://127.0.0.1:8000"),
            ("http://[::1]/cb", "http://[::1]:51004/cb"),
            ("http://[::1]:8000/cb", "http://[::1]:8001/cb"),
        ])
    func loopbackPort(registered: String, presented: String) throws {
        #expect(try RedirectURI(registering: registered).matches(presented))
    }

    @Test(
        "The loopback exception covers the port of an IP literal and nothing else",
        arguments: [
            ("a port of localhost, which is a name (§8.3)", "http://localhost/cb", "http://localhost:8000/cb"),
            ("another port of localhost", "http://localhost:3000/cb", "http://localhost:3001/cb"),
            ("localhost for the address", "http://127.0.0.1/cb", "http://localhost/cb"),
            ("the address for localhost", "http://localhost/cb", "http://127.0.0.1/cb"),
            ("IPv6 for IPv4", "http://127.0.0.1/cb", "http://[::1]/cb"),
            ("IPv4 for IPv6", "http://[::1]/cb", "http://127.0.0.1:80/cb"),
            ("https", "http://127.0.0.1/cb", "https://127.0.0.1:8000/cb"),
            ("https registered", "https://127.0.0.1/cb", "https://127.0.0.1:8000/cb"),
            ("https registered, http presented", "https://127.0.0.1/cb", "http://127.0.0.1:8000/cb"),
            ("scheme case", "http://127.0.0.1/cb", "HTTP://127.0.0.1:8000/cb"),
            ("another path", "http://127.0.0.1/cb", "http://127.0.0.1:8000/cb2"),
            ("another path case", "http://127.0.0.1/cb", "http://127.0.0.1:8000/CB"),
            ("a trailing slash", "http://127.0.0.1/cb", "http://127.0.0.1:8000/cb/"),
            ("a slash for no path", "http://127.0.0.1", "http://127.0.0.1:8000/"),
            ("an added query", "http://127.0.0.1/cb", "http://127.0.0.1:8000/cb?x=1"),
            ("an empty query", "http://127.0.0.1/cb", "http://127.0.0.1:8000/cb?"),
            ("a changed query", "http://127.0.0.1/cb?x=1", "http://127.0.0.1:8000/cb?x=2"),
            ("a fragment", "http://127.0.0.1/cb", "http://127.0.0.1:8000/cb#x"),
            ("a fragment for the path", "http://127.0.0.1", "http://127.0.0.1:8000#"),
            ("port 0", "http://127.0.0.1/cb", "http://127.0.0.1:0/cb"),
            ("port 65536", "http://127.0.0.1/cb", "http://127.0.0.1:65536/cb"),
            ("a huge port", "http://127.0.0.1/cb", "http://127.0.0.1:99999999999999999999/cb"),
            ("a signed port", "http://127.0.0.1/cb", "http://127.0.0.1:+80/cb"),
            ("a negative port", "http://127.0.0.1/cb", "http://127.0.0.1:-80/cb"),
            ("a leading zero", "http://127.0.0.1/cb", "http://127.0.0.1:080/cb"),
            ("an empty port", "http://127.0.0.1/cb", "http://127.0.0.1:/cb"),
            ("two ports", "http://127.0.0.1/cb", "http://127.0.0.1:80:81/cb"),
            ("a named port", "http://127.0.0.1/cb", "http://127.0.0.1:http/cb"),
            ("an Arabic digit", "http://127.0.0.1/cb", "http://127.0.0.1:\u{668}\u{660}/cb"),
            ("the address as userinfo", "http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb"),
            ("the address as user", "http://127.0.0.1/cb", "http://127.0.0.1@evil.example:80/cb"),
            ("a userinfo", "http://127.0.0.1/cb", "http://user@127.0.0.1:80/cb"),
            ("an escaped at sign", "http://127.0.0.1/cb", "http://127.0.0.1%40evil.example:80/cb"),
            ("a backslash", "http://127.0.0.1/cb", "http://evil.example\\@127.0.0.1:80/cb"),
            ("a backslash for the slash", "http://127.0.0.1/cb", "http://127.0.0.1:80\\cb"),
            ("a longer host", "http://127.0.0.1/cb", "http://127.0.0.1.evil.example:80/cb"),
            ("a short address", "http://127.0.0.1/cb", "http://127.1:80/cb"),
            ("a decimal address", "http://127.0.0.1/cb", "http://2130706433:80/cb"),
            ("an octal address", "http://127.0.0.1/cb", "http://0177.0.0.1:80/cb"),
            ("another loopback address", "http://127.0.0.1/cb", "http://127.0.0.2:80/cb"),
            ("any address", "http://127.0.0.1/cb", "http://0.0.0.0:80/cb"),
            ("a host after the bracket", "http://[::1]/cb", "http://[::1].evil.example:80/cb"),
            ("a bracket of userinfo", "http://[::1]/cb", "http://[::1]:80@evil.example]/cb"),
            ("the long form of IPv6", "http://[::1]/cb", "http://[0:0:0:0:0:0:0:1]:80/cb"),
            ("an IPv4-mapped address", "http://[::1]/cb", "http://[::ffff:127.0.0.1]:80/cb"),
            ("no brackets", "http://[::1]/cb", "http://::1:80/cb"),
            ("a tab", "http://127.0.0.1/cb", "http://127.0.0.1:80/c\tb"),
            ("a newline", "http://127.0.0.1/cb", "http://127.0.0.1:80/cb\n"),
            ("a space", "http://127.0.0.1/cb", "http://127.0.0.1:80 /cb"),
            ("a NUL", "http://127.0.0.1/cb", "http://127.0.0.1:80/cb\u{0}"),
            ("a triple slash", "http://127.0.0.1/cb", "http:///127.0.0.1:80/cb"),
            ("no host", "http://127.0.0.1/cb", "http://:80/cb"),
            ("a native app's scheme", "com.example.app://127.0.0.1/cb", "com.example.app://127.0.0.1:80/cb"),
        ])
    func loopbackOnly(what: String, registered: String, presented: String) throws {
        #expect(try !RedirectURI(registering: registered).matches(presented), "\(what)")
    }
}
