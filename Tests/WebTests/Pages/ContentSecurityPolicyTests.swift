import Testing
import Web

@Suite("Content Security Policy Level 3")
struct ContentSecurityPolicyTests {
    private static let prefix = "default-src 'none'; style-src 'self'; "
    private static let suffix = "; base-uri 'none'; frame-ancestors 'none'"

    private func policy(logo: String?, redirectURI: String) -> String {
        let logo = logo.flatMap(ClientLogo.init(address:))
        let card = ClientCard(
            name: DisplayName("A"), logo: logo, returnsTo: RedirectTarget(redirectURI: redirectURI))
        return LoginPage(client: card, providers: [], localForm: nil).security.headerValue
    }

    @Test(
        "Forms may be redirected to the client, and on to where it sends the browser",
        arguments: [
            ("https://app.example/callback?x=1", "'self' https:"),
            ("https://APP.example:8443/cb", "'self' https:"),
            ("http://localhost:5173/cb", "'self' https: http://localhost:* http://127.0.0.1:*"),
            ("http://127.0.0.1:49152/", "'self' https: http://localhost:* http://127.0.0.1:*"),
            ("http://[::1]:49152/", "'self' http:"),
            ("com.example.app:/oauth2redirect", "'self' com.example.app:"),
            ("https://app.example;script-src/", "'self' https:"),
            ("https://user@app.example/", "'self' https:"),
            ("javascript:alert(1)", "'self'"),
            ("data:text/html,x", "'self'"),
            ("no scheme", "'self'"),
            ("x;y:z", "'self'"),
            (":", "'self'"),
        ])
    func formAction(redirectURI: String, sources: String) {
        #expect(
            policy(logo: nil, redirectURI: redirectURI)
                == Self.prefix + "img-src 'self'; form-action \(sources)" + Self.suffix)
    }

    @Test(
        "Images come from here and from where the client's logo is",
        arguments: [
            ("https://cdn.example/logo.png", "'self' https://cdn.example"),
            ("http://localhost:8081/logo.svg", "'self' http://localhost:8081"),
            ("http://cdn.example/logo.png", "'self'"),
            ("https://cdn.example, https://evil.example/", "'self'"),
            ("https://cdn.example:99999/logo.png", "'self'"),
            ("https://[2001:db8::1]/logo.png", "'self'"),
            ("data:image/png;base64,AA==", "'self'"),
            ("//cdn.example/logo.png", "'self'"),
            ("http://127.evil.example/logo.png", "'self'"),
        ])
    func images(logo: String, sources: String) {
        #expect(
            policy(logo: logo, redirectURI: "https://app.example/")
                == Self.prefix + "img-src \(sources); form-action 'self' https:" + Self.suffix)
    }

    @Test("The page that posts an answer runs a script of this broker's, and none that stands in it")
    func formPost() throws {
        let page = try #require(FormPostPage.specimens.first)
        #expect(
            page.security.headerValue
                == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self' https:"
                + Self.suffix)
    }

    @Test("The signed-out page loads frames of the clients it tells, each origin once, and of nobody else")
    func frames() {
        let addresses = [
            "https://a.example/out?iss=x", "https://a.example/other", "http://127.0.0.1:8123/out",
            "https://b.example;script-src/", "https://[2001:db8::1]/out", "http://c.example/out", "javascript:alert(1)",
        ]
        let page = SignedOutPage(continuation: nil, frames: addresses.compactMap(SignedOutPage.Frame.init(address:)))
        #expect(
            page.security.headerValue
                == "default-src 'none'; frame-src https://a.example http://127.0.0.1:8123; style-src 'self'; "
                + "img-src 'self'; form-action 'none'" + Self.suffix)
    }

    @Test("A page without a form may send none")
    func noForm() {
        #expect(
            HomePage().security.headerValue
                == Self.prefix + "img-src 'self'; form-action 'none'" + Self.suffix)
    }
}
