import Foundation
import HTTPTypes
import OAuth
import Testing
import Web

@Suite("Pages")
struct PageRenderingTests {
    private static let languages = [Language(tag: "en"), Language(tag: "sk")]

    private func frame(_ language: Language, address: PageLink? = PageLink(path: "/login")) -> PageFrame {
        PageFrame(language: language, address: address, client: nil)
    }

    @Test("Every page renders whole in every language", arguments: PageExample.all, languages)
    func rendersWhole(example: PageExample, language: Language) throws {
        let page = example.render(try TemplatesFolder.load(), frame(language))
        #expect(page.html.hasPrefix("<!doctype html>\n<html lang=\"\(language.tag)\">"))
        #expect(page.html.hasSuffix("</html>\n"))
        #expect(page.html.ranges(of: "<h1>").count == 1)
        #expect(page.html.ranges(of: "<main>").count == 1)
        #expect(!page.html.contains("<title></title>"))
        #expect(!page.html.contains("{"), "an unresolved tag or placeholder")
        #expect(!page.html.contains("Optional("))
        #expect(page.language == language)
    }

    @Test("No page holds a script, an inline style or anything from elsewhere", arguments: PageExample.all)
    func staysWithinItsPolicy(example: PageExample) throws {
        // The one script there is stands in a file, and the page that posts an answer works without it.
        let html = example.render(try TemplatesFolder.load(), frame(.english)).html
            .replacing(/<script src="\/assets\/form-post\.js\?v=[0-9a-f]+"><\/script>/, with: "")
            // Nor any frame but those of clients that hear of a logout in one.
            .replacing(/<iframe hidden src="https:[^"]+" title="[^"]+" sandbox="[a-z -]+"><\/iframe>/, with: "")
        for forbidden in ["<script", "<style", " style=", " onclick=", "javascript:", "<iframe", "<base"] {
            #expect(!html.contains(forbidden))
        }
        // A link that the person follows and a form that is posted load nothing; each is on one page alone.
        let foreign = html.ranges(
            of: /(?:src|href|action)="https?:(?!\/\/(?:verify\.city|transport)\.example)/
        ).count
        #expect(foreign == html.ranges(of: "src=\"https://static.transport.example/logo.svg\"").count)
    }

    @Test("The login page offers each provider, and says which is not available")
    func chooser() throws {
        let example = try #require(PageExample.all.first)
        let html = example.render(try TemplatesFolder.load(), frame(.english)).html
        #expect(html.contains("href=\"/login/google?payload=sealed\""))
        #expect(html.contains("Continue with <bdi class=\"name\">Google</bdi>"))
        #expect(!html.contains("/login/github"))
        #expect(html.contains("<small>Not available at the moment</small>"))
        #expect(html.contains("Sign in to continue to <bdi class=\"name\">Transport</bdi>"))
        // Both begin with G.
        #expect(html.contains(">Go</span>") && html.contains(">Gi</span>"))
    }

    @Test("Where nothing can be chosen, the page says so")
    func noWay() throws {
        let templates = try TemplatesFolder.load()
        for providers in [[], [PageExample.provider("GitHub", .unavailable)]] {
            let page = LoginPage(client: PageExample.transport, providers: providers, localForm: nil)
            #expect(templates.render(page, in: frame(.english)).html.contains("There is no way to sign in right now"))
        }
        let link = PageLink(path: "/login/google")
        let page = LoginPage(
            client: PageExample.transport, providers: [PageExample.provider("Google", .available(link))],
            localForm: nil)
        #expect(!templates.render(page, in: frame(.english)).html.contains("There is no way to sign in"))
    }

    @Test("A refused login is announced and tied to the fields, and keeps the user name")
    func problem() throws {
        let page = LoginPage(
            client: PageExample.transport, providers: [], localForm: PageExample.form(.wrongCredentials))
        let html = try TemplatesFolder.load().render(page, in: frame(.english)).html
        #expect(html.contains("id=\"problem\" role=\"alert\""))
        #expect(html.ranges(of: "aria-invalid=\"true\" aria-describedby=\"problem\"").count == 2)
        #expect(html.contains("value=\"zuzana\""))
        #expect(html.contains(/<input id="password"[^>]* autofocus>/))
        #expect(html.contains("<title>Not signed in yet – Transport</title>"))
    }

    @Test(
        "Waiting times are counted in good grammar",
        arguments: [
            (1, "en", "1 second."), (2, "en", "2 seconds."), (61, "en", "2 minutes."), (7201, "en", "3 hours."),
            (1, "sk", "o 1 sekundu."), (4, "sk", "o 4 sekundy."), (5, "sk", "o 5 sekúnd."), (60, "sk", "o 1 minútu."),
            (121, "sk", "o 3 minúty."), (0, "en", "1 second."), (86_400, "sk", "o 24 hodín."),
        ])
    func waiting(seconds: Int, language: String, words: String) throws {
        let problem = LoginPage.LocalForm.Problem.lockedOut(WaitingTime(seconds: seconds))
        let page = LoginPage(client: PageExample.transport, providers: [], localForm: PageExample.form(problem))
        let html = try TemplatesFolder.load().render(page, in: frame(Language(tag: language))).html
        #expect(html.contains(words))
    }

    @Test("Consent names every scope in words, an unknown one by its name")
    func consent() throws {
        let page = PageExample.consent(scope: "openid email tickets.buy")
        let html = try TemplatesFolder.load().render(page, in: frame(.english)).html
        #expect(html.contains("See your e-mail address"))
        #expect(html.contains("Use the permission “tickets.buy”"))
        #expect(html.contains("name=\"decision\" value=\"allow\""))
        #expect(html.contains("name=\"decision\" value=\"deny\""))
        #expect(html.contains("<bdi class=\"name\">Zuzana Kováčová</bdi>"))
        #expect(html.contains("<bdi class=\"name\">transport.example</bdi>"))
    }

    @Test("An error shows its Ray ID", arguments: PageExample.problems)
    func rayID(problem: ErrorPage.Problem) throws {
        let page = ErrorPage(problem: problem, rayID: RayID(rawValue: 0xABC), startAgain: PageLink(path: "/again"))
        let html = try TemplatesFolder.load().render(page, in: frame(.english)).html
        #expect(html.contains("<code>0000000000000abc</code>"))
        #expect(html.contains("href=\"/again\""))
        #expect((400..<600).contains(problem.status.code))
    }

    @Test("The languages are linked with the page's own query, and left out where there is no way back")
    func languageLinks() throws {
        let templates = try TemplatesFolder.load()
        let address = PageLink(path: "/login", rawQuery: "payload=a%2Bb&ui_locales=sk%20en&x=1")
        let html = templates.render(HomePage(), in: frame(.english, address: address)).html
        #expect(html.contains("href=\"/login?payload=a%2Bb&amp;x=1&amp;ui_locales=sk\" lang=\"sk\" hreflang=\"sk\">"))
        #expect(html.contains("lang=\"en\" hreflang=\"en\" aria-current=\"true\">English</a>"))
        #expect(!templates.render(HomePage(), in: frame(.english, address: nil)).html.contains("hreflang"))
    }

    @Test("The header fields keep a page out of caches, frames and other sites")
    func headerFields() throws {
        let fields = try TemplatesFolder.load().render(HomePage(), in: frame(Language(tag: "sk"))).headerFields
        #expect(fields[.contentType] == "text/html; charset=utf-8")
        #expect(fields[.contentLanguage] == "sk")
        #expect(fields[.cacheControl] == "no-store")
        #expect(fields[.xContentTypeOptions] == "nosniff")
        #expect(fields[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
    }
}
