import Foundation
import OAuth
import Testing
import Web

@Suite("Templates folder")
struct PageTemplatesTests {
    @Test("The shipped folder is in order, and holds English and Slovak")
    func shipped() throws {
        #expect(try TemplatesFolder.load().languages.map(\.tag) == ["en", "sk"])
    }

    private func problem(after spoil: (URL) throws -> Void) throws -> PageTemplateError? {
        try TemplatesFolder.withCopy { folder in
            try spoil(folder)
            do throws(PageTemplateError) {
                _ = try PageTemplates(directory: folder.path)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("A missing page is named", arguments: PageName.allCases)
    func missingPage(page: PageName) throws {
        let error = try problem {
            try FileManager.default.removeItem(at: $0.appending(path: "\(page.rawValue).mustache"))
        }
        #expect(error == PageTemplateError(file: "\(page.rawValue).mustache", problem: .missing))
    }

    @Test("A folder that is not there has no texts")
    func missingFolder() {
        #expect(throws: PageTemplateError(file: "locales/en.json", problem: .missing)) {
            try PageTemplates(directory: "/nonexistent/templates")
        }
    }

    @Test(
        "A mistake in a template is found with its line",
        arguments: [
            ("{{#client}}", PageTemplateError.Problem.syntax(line: 3, reason: "expectedSectionEnd")),
            ("{{clinet}}", .unknownName("clinet", line: 3)),
            ("{{#client}}{{nmae}}{{/client}}", .unknownName("nmae", line: 3)),
            ("{{t.login.pasword}}", .missingText(key: "login.pasword")),
            ("{{>partials/nothing}}", .unknownPartial("partials/nothing", line: 3)),
            ("{{<nothing}}{{/nothing}}", .unknownPartial("nothing", line: 3)),
            ("{{assets.nothing_css}}", .unknownName("assets.nothing_css", line: 3)),
            ("{{{client.name}}}", .forbiddenTag("{{{…}}", line: 3)),
            ("{{&client.name}}", .forbiddenTag("{{&…}}", line: 3)),
            ("{{>*heading}}", .forbiddenTag("{{>*heading}}", line: 3)),
            ("{{=<% %>=}}", .forbiddenTag("{{=…}}", line: 3)),
            ("{{% CONTENT_TYPE:TEXT}}", .forbiddenTag("{{%…}}", line: 3)),
        ])
    func mistakes(text: String, expected: PageTemplateError.Problem) throws {
        let error = try problem { try $0.write("<p>\n</p>\n\(text)", to: "login.mustache") }
        #expect(error == PageTemplateError(file: "login.mustache", problem: expected))
    }

    @Test("A name of one page is not a name of another")
    func foreignName() throws {
        let error = try problem { try $0.write("{{ray_id}}", to: "clients/transport/login.mustache") }
        #expect(
            error
                == PageTemplateError(
                    file: "clients/transport/login.mustache", problem: .unknownName("ray_id", line: 1)))
    }

    @Test("A key that one language lacks is named with its file")
    func missingText() throws {
        let removed = try problem { try $0.replace("\"password\":", with: "\"passwort\":", in: "locales/sk.json") }
        #expect(removed == PageTemplateError(file: "locales/en.json", problem: .missingText(key: "login.passwort")))
        let added = try problem {
            try $0.replace("\"language\":", with: "\"extra\": \"x\", \"language\":", in: "locales/en.json")
        }
        #expect(added == PageTemplateError(file: "locales/sk.json", problem: .missingText(key: "extra")))
        let asked = try problem {
            for file in ["locales/en.json", "locales/sk.json"] {
                try $0.replace("\"service_busy\":", with: "\"servicebusy\":", in: file)
            }
        }
        #expect(
            asked == PageTemplateError(file: "locales/en.json", problem: .missingText(key: "error.service_busy.cause")))
    }

    @Test("A translation that leaves out a name is found")
    func placeholders() throws {
        let error = try problem { try $0.replace("služby {client}\"", with: "služby\"", in: "locales/sk.json") }
        #expect(
            error == PageTemplateError(file: "locales/sk.json", problem: .differentPlaceholders(key: "login.heading")))
    }

    @Test("A locale file is an object of texts", arguments: ["[]", "{", "{\"language\": 1}", "\"x\"", ""])
    func notTexts(text: String) throws {
        let error = try problem { try $0.write(text, to: "locales/sk.json") }
        #expect(error == PageTemplateError(file: "locales/sk.json", problem: .notTexts))
    }

    @Test("A file that is not UTF-8 is refused")
    func notUTF8() throws {
        let error = try problem { try Data([0x3C, 0xFF]).write(to: $0.appending(path: "home.mustache")) }
        #expect(error == PageTemplateError(file: "home.mustache", problem: .unreadable))
    }

    @Test("A client's own template replaces one page for that client alone")
    func overrides() throws {
        try TemplatesFolder.withCopy { folder in
            try folder.write("<p>{{client.name}}, {{t.login.submit}}</p>", to: "clients/transport/login.mustache")
            let templates = try PageTemplates(directory: folder.path)
            let page = LoginPage(client: PageExample.transport, providers: [], localForm: nil)
            func html(_ page: some Page, for client: String?) -> String {
                let client = client.map(ClientID.init(rawValue:))
                return templates.render(page, in: PageFrame(language: .english, address: nil, client: client)).html
            }
            #expect(html(page, for: "transport") == "<p>Transport, Sign in</p>")
            #expect(html(page, for: "parking").contains("<h1>"))
            #expect(html(page, for: nil).contains("<h1>"))
            #expect(html(HomePage(), for: "transport").contains("<h1>"))
        }
    }

    @Test("A client's template for no page is a mistake")
    func unknownPage() throws {
        let error = try problem { try $0.write("x", to: "clients/transport/logn.mustache") }
        #expect(error == PageTemplateError(file: "clients/transport/logn.mustache", problem: .unknownPage))
    }

    @Test("An operator's own scope is explained in the locale files")
    func ownScope() throws {
        try TemplatesFolder.withCopy { folder in
            for (file, title) in [("locales/en.json", "Buy tickets"), ("locales/sk.json", "Kupovať lístky")] {
                let words = "{\"title\": \"\(title)\", \"explanation\": \"…\"}"
                try folder.replace(
                    "\"scope\": {", with: "\"scope\": { \"tickets.buy\": \(words),", in: file)
            }
            let templates = try PageTemplates(directory: folder.path)
            let frame = PageFrame(language: Language(tag: "sk"), address: nil, client: nil)
            #expect(
                templates.render(PageExample.consent(scope: "tickets.buy"), in: frame).html.contains("Kupovať lístky"))
        }
    }
}
