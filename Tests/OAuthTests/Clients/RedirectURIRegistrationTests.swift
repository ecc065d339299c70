import OAuth
import Testing

@Suite("RFC 6749 §3.1.2, RFC 8252 §7: what may be registered as a redirect URI")
struct RedirectURIRegistrationTests {
    @Test(
        "An https URI, a loopback URI or a native app's scheme is taken, character for character",
        arguments: [
            "https://app.example/callback",
            "https://app.example",
            "https://app.example/",
            "https://app.example:8443/callback",
            "https://app.example/callback?tenant=a%20b&x=1",
            "https://app.example?",
            "https://App.Example/CallBack",
            "https://xn--bcher-kva.example/cb",
            "https://192.0.2.1/cb",
            "https://[2001:db8::1]/cb",
            "https://[2001:db8::1]:8443/cb",
            "https://a-b_c.example/~user/%7Euser;v=1,2!$'()*@:",
            "http://localhost:3000/cb",
            "http://localhost/cb",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:8000",
            "http://[::1]/cb",
            "http://[::1]:65535/cb",
            "com.example.app:/oauth2redirect",
            "com.example.app://callback",
            "com.example.app:callback",
        ])
    func accepted(text: String) throws {
        let uri = try RedirectURI(registering: text)
        #expect(Array(uri.value.utf8) == Array(text.utf8))
        #expect(uri.matches(text))
    }

    @Test(
        "Anything else is refused, with the reason",
        arguments: [
            // No scheme, no host.
            ("", .malformed),
            ("app.example/callback", .malformed),
            ("//app.example/callback", .malformed),
            ("/callback", .malformed),
            ("://app.example", .malformed),
            (":", .malformed),
            ("https:", .malformed),
            ("https:/app.example/cb", .malformed),
            ("https:app.example", .malformed),
            ("https://", .malformed),
            ("https:///callback", .malformed),
            ("https://?x", .malformed),
            ("https://:443/callback", .malformed),
            ("http:///callback", .malformed),
            ("HTTPS://app.example/cb", .malformed),
            ("1https://app.example/cb", .malformed),
            ("ht tps://app.example/cb", .malformed),
            // Characters that no URI holds.
            ("https://app.example/a b", .malformed),
            ("https://app.example/cb\n", .malformed),
            ("https://app.example/\tcb", .malformed),
            ("\u{1}https://app.example/cb", .malformed),
            (" https://app.example/cb", .malformed),
            ("https://app.example/cb\u{7F}", .malformed),
            ("https://app.example/cb\u{0}", .malformed),
            ("https://app.example\\@evil.example/", .malformed),
            ("https:\\\\app.example\\cb", .malformed),
            ("https://app.example/{id}", .malformed),
            ("https://app.example/<script>", .malformed),
            ("https://app.example/\"onload", .malformed),
            ("https://app.example/a|b", .malformed),
            ("https://app.example/`", .malformed),
            ("https://bücher.example/cb", .malformed),
            ("https://аpp.example/cb", .malformed),
            ("https://app.example/caf\u{E9}", .malformed),
            ("https://app。example/cb", .malformed),
            // Hosts and ports.
            ("https://*.app.example/cb", .malformed),
            ("https://*/cb", .malformed),
            ("https://app.example;sandbox/cb", .malformed),
            ("https://app.example,evil.example/cb", .malformed),
            ("https://'self'/cb", .malformed),
            ("https://app%2Eexample/cb", .malformed),
            ("https://app.example%00.evil.example/cb", .malformed),
            ("https://app.example:/cb", .malformed),
            ("https://app.example:0/cb", .malformed),
            ("https://app.example:65536/cb", .malformed),
            ("https://app.example:0443/cb", .malformed),
            ("https://app.example:+443/cb", .malformed),
            ("https://app.example:-1/cb", .malformed),
            ("https://app.example:https/cb", .malformed),
            ("https://app.example:*/cb", .malformed),
            ("https://app.example:443:80/cb", .malformed),
            ("https://[::1/cb", .malformed),
            ("https://::1]/cb", .malformed),
            ("https://[::1]evil.example/cb", .malformed),
            ("https://[]/cb", .malformed),
            ("https://[app.example]/cb", .malformed),
            ("https://[::1]]/cb", .malformed),
            ("https://[fe80::1%25eth0]/cb", .malformed),
            ("http://127.0.0.1:99999/cb", .malformed),
            // Fragments.
            ("https://app.example/cb#", .fragment),
            ("https://app.example/cb#x", .fragment),
            ("https://app.example#/cb", .fragment),
            ("com.example.app:/cb#x", .fragment),
            // Credentials.
            ("https://user@app.example/cb", .userInformation),
            ("https://user:secret@app.example/cb", .userInformation),
            ("https://@app.example/cb", .userInformation),
            ("https://app.example@evil.example/cb", .userInformation),
            ("https://app.example:443@evil.example/cb", .userInformation),
            ("http://127.0.0.1@evil.example/cb", .userInformation),
            ("http://127.0.0.1:80@evil.example/cb", .userInformation),
            ("http://[::1]@evil.example/cb", .malformed),
            // Plain http.
            ("http://app.example/cb", .insecure),
            ("http://127.0.0.1.evil.example/cb", .insecure),
            ("http://localhost.evil.example/cb", .insecure),
            ("http://evil-localhost/cb", .insecure),
            ("http://127.0.0.2/cb", .insecure),
            ("http://127.1/cb", .insecure),
            ("http://2130706433/cb", .insecure),
            ("http://0x7f.0.0.1/cb", .insecure),
            ("http://0.0.0.0/cb", .insecure),
            ("http://10.0.0.1/cb", .insecure),
            ("http://[::]/cb", .insecure),
            ("http://[::ffff:127.0.0.1]/cb", .insecure),
            ("http://localhost./cb", .insecure),
            // Schemes.
            ("javascript:alert(1)", .scheme),
            ("javascript://app.example/%0Aalert(1)", .scheme),
            ("data:text/html,hello", .scheme),
            ("file:///etc/passwd", .scheme),
            ("vbscript:x", .scheme),
            ("blob:https://app.example/x", .scheme),
            ("about:blank", .scheme),
            ("ftp://app.example/cb", .scheme),
            ("ws://app.example/cb", .scheme),
            ("myapp://callback", .scheme),
            ("myapp:/callback", .scheme),
            ("urn:ietf:wg:oauth:2.0:oob", .scheme),
            ("com.example.app:", .scheme),
        ] as [(String, RedirectURI.Flaw)])
    func refused(text: String, flaw: RedirectURI.Flaw) {
        #expect(throws: flaw) { try RedirectURI(registering: text) }
    }

    @Test("A URI of 2000 bytes is taken, one of 2001 is not")
    func length() {
        let longest = "https://app.example/" + String(repeating: "a", count: 1980)
        #expect(throws: Never.self) { try RedirectURI(registering: longest) }
        #expect(throws: RedirectURI.Flaw.tooLong) { try RedirectURI(registering: longest + "a") }
    }
}
