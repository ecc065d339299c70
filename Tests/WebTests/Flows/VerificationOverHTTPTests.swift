import Broker
import BrokerTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuth
import Testing
import Web

@Suite("The verification page over HTTP")
struct VerificationOverHTTPTests {
    private static let scopes = ScopeCatalogue.standard.adding([
        ScopeEntry(
            name: "identity:verified", claims: ["identity_verified"],
            demand: ClaimDemand(
                claim: "identity_verified", accepted: [true],
                verification: VerificationAddress("https://verify.city.example/start?from=broker"), weight: .optional),
            words: [
                "en": ScopeEntry.Words(title: "See that you are <verified>", explanation: "By whom."),
                "sk": ScopeEntry.Words(title: "Vidieť, že ste overená osoba", explanation: "Kým."),
            ])
    ])

    private static var client: Client {
        get throws {
            var client = try Client.portal
            client.id = ClientID(rawValue: "town-hall")
            client.allowedScope = Scope(["openid", "identity:verified"])
            return client
        }
    }

    private func scene() async throws -> WebScene {
        let scene = try await WebScene(scopes: Self.scopes)
        try await scene.broker.register(try Self.client)
        try await scene.broker.enrol(.anna)
        return scene
    }

    /// From the client's link to the page.
    private func page(_ visitor: Visitor) async throws -> (path: String, answer: TestResponse) {
        let request = SampleRequest(try Self.client, scope: "openid identity:verified")
        let login = try await visitor.logIn(try await visitor.authorize(request))
        let path = try #require(login.headers[.location])
        #expect(path.hasPrefix("/verification?payload="))
        return (path, try await visitor.get(path))
    }

    /// The addresses that the page leads to.
    private func links(_ answer: TestResponse) -> [String] {
        answer.text.components(separatedBy: "href=\"").dropFirst().compactMap { part in
            part.components(separatedBy: "\"").first?.replacingOccurrences(of: "&amp;", with: "&")
        }
    }

    @Test("It explains the scope in words, and leads to the operator's page with the way back to this broker")
    func page() async throws {
        try await scene().test { visitor in
            let (_, answer) = try await page(visitor)
            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.text.contains("See that you are &lt;verified&gt;"))
            #expect(!answer.text.contains("<script"))
            #expect(!answer.text.contains("role=\"alert\""))
            let link = try #require(links(answer).first { $0.hasPrefix("https://verify.city.example/") })
            let items = try #require(URLComponents(string: link)?.queryItems)
            #expect(items.map(\.name) == ["from", "return_to"])
            let back = try #require(items.last?.value)
            #expect(back.hasPrefix("\(WebScene.https)/verification/return?payload="))
            let policy = HTTPField.Name("Content-Security-Policy").flatMap { answer.headers[$0] }
            #expect(policy?.contains("form-action 'self' https:;") == true)
        }
    }

    @Test("It speaks Slovak where the browser does, in the scope's own words too")
    func slovak() async throws {
        try await scene().test { visitor in
            let (path, _) = try await page(visitor)
            let answer = try await visitor.send(.get, path, headers: [.acceptLanguage: "sk", .accept: "text/html"])
            #expect(answer.text.contains("Vidieť, že ste overená osoba"))
            #expect(answer.text.contains("Hotovo, pokračovať"))
        }
    }

    @Test("The way back goes on by itself: to the page again, or past it once the claim is there")
    func back() async throws {
        let scene = try await scene()
        try await scene.test { visitor in
            let (_, answer) = try await page(visitor)
            let back = try #require(links(answer).first { $0.hasPrefix("/verification/return") })
            let again = try await visitor.get(back)
            let path = try #require(again.headers[.location])
            #expect(path.hasPrefix("/verification?payload="))
            let second = try await visitor.get(path)
            #expect(second.text.contains("role=\"alert\""))

            let anna = try #require(try await scene.broker.accounts.account(userName: "anna"))
            try await scene.broker.accounts.setClaims(["identity_verified": true], of: anna)
            #expect(try await visitor.get(path).headers[.location]?.hasPrefix("/verification/return?") == true)
            let onward = try #require(links(second).first { $0.hasPrefix("/verification/return") })
            #expect(try await visitor.get(onward).headers[.location]?.hasPrefix("/consent?") == true)
        }
    }

    @Test("HEAD on the way back uses nothing up")
    func headOnTheWayBack() async throws {
        try await scene().test { visitor in
            let (_, answer) = try await page(visitor)
            let back = try #require(links(answer).first { $0.hasPrefix("/verification/return") })
            for path in [back, back.replacing("/verification/return", with: "/verification")] {
                let head = try await visitor.send(.head, path)
                #expect(head.status == .badRequest)
                #expect(head.headers[.location] == nil)
            }
            #expect(try await visitor.get(back).headers[.location]?.hasPrefix("/verification?payload=") == true)
        }
    }

    @Test("Cancel and going without are answers of the form", arguments: [("cancel", true), ("without", false)])
    func answers(decision: String, refused: Bool) async throws {
        try await scene().test { visitor in
            let (_, answer) = try await page(visitor)
            let fields = [
                (name: "payload", value: try #require(answer.field("payload"))),
                ("csrf", try #require(answer.field("csrf"))), ("decision", decision),
            ]
            let next = try await visitor.post("/verification", fields)
            #expect(next.status == .seeOther)
            if refused {
                #expect(try next.query["error"] == "access_denied")
            } else {
                #expect(next.headers[.location]?.hasPrefix("/consent?") == true)
            }
        }
    }

    @Test(
        "A form that is not the page's is refused",
        arguments: [
            [("decision", "cancel")], [("csrf", "x"), ("decision", "cancel")], [("csrf", "x")],
            [("csrf", "x"), ("decision", "again")],
        ] as [[(String, String)]])
    func foreignForms(fields: [(String, String)]) async throws {
        try await scene().test { visitor in
            let (_, answer) = try await page(visitor)
            let payload = try #require(answer.field("payload"))
            let form = [(name: "payload", value: payload)] + fields.map { (name: $0.0, value: $0.1) }
            let next = try await visitor.post("/verification", form)
            #expect(next.status == .badRequest || next.status == .forbidden)
        }
    }

    @Test("Another browser sees nothing of it")
    func otherBrowser() async throws {
        try await scene().test { visitor in
            let (path, answer) = try await page(visitor)
            let stranger = visitor.stranger()
            let back = try #require(links(answer).first { $0.hasPrefix("/verification/return") })
            for address in [path, back] {
                let answer = try await stranger.get(address)
                #expect(answer.status == .badRequest)
                #expect(!answer.text.contains("Anna"))
            }
        }
    }

    @Test("Discovery lists the scope and its claim")
    func discovery() async throws {
        try await scene().test { visitor in
            let document = try await visitor.get("/.well-known/openid-configuration").json
            #expect(document["scopes_supported"]?.array?.contains("identity:verified") == true)
            #expect(document["claims_supported"]?.array?.contains("identity_verified") == true)
        }
    }
}
