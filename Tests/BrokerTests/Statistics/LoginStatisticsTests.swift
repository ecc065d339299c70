import Broker
import BrokerTesting
import Foundation
import OAuth
import Storage
import Testing

@Suite("Statistics: what a client may know of its users' logins")
struct LoginStatisticsTests {
    private static let tally = ClientID(rawValue: "tally")

    /// A client with a secret that may speak for itself.
    private func scene(_ profile: Client.TokenProfile = .jwt) async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        var client = try Client.portal
        client.id = Self.tally
        client.grantTypes = [.authorizationCode, .clientCredentials]
        client.allowedScope = Scope(["openid", "email", "profile", "logins:read", "tickets:read"])
        client.tokenProfile = profile
        try await scene.broker.register(client)
        return scene
    }

    private func tally(_ scene: Scene) async throws -> Client {
        try #require(try await scene.broker.store.client(Self.tally))
    }

    private func basic(_ client: ClientID) -> String {
        let secret = BrokerFixture.secret(of: client).reveal()
        return "Basic " + Data("\(client):\(secret)".utf8).base64EncodedString()
    }

    private func bearer(_ scene: Scene, scope: String) async throws -> String {
        let tokens = try await scene.tokens(
            [("grant_type", "client_credentials"), ("scope", scope)], as: try await tally(scene))
        return "Bearer \(tokens.accessToken.reveal())"
    }

    private func ask(
        _ scene: Scene, of client: String = "tally", _ query: String = "", authorization: String?
    ) async throws -> LoginStatisticsFlow.Answer {
        try await LoginStatisticsFlow(scene.environment).page(
            of: client, try FormParameters(decoding: query.utf8), authorization: authorization,
            visit: scene.browser().visit)
    }

    private func page(
        _ scene: Scene, _ query: String = "", authorization: String
    ) async throws -> LoginStatisticsFlow.Page {
        guard case .page(let page) = try await ask(scene, query, authorization: authorization) else {
            throw UnexpectedStep(found: "nothing")
        }
        return page
    }

    private func logIn(_ scene: Scene) async throws -> TokenResponse {
        let client = try await tally(scene)
        let code = try await scene.code(for: SampleRequest(client), in: scene.browser())
        return try await scene.redeem(code, as: client)
    }

    @Test("Count, first and latest login stand beside the sub of the client's own tokens")
    func counts() async throws {
        let scene = try await scene()
        let subject = try claims(of: try await logIn(scene).idToken)["sub"]
        let first = scene.clock.now
        scene.pass(500)
        _ = try await logIn(scene)
        let page = try await page(scene, authorization: basic(Self.tally))
        let entry = try #require(page.logins.first)
        #expect(page.client == Self.tally)
        #expect(page.logins.count == 1)
        #expect(.string(entry.subject) == subject)
        #expect(entry.count == 2)
        #expect(abs(entry.first.timeIntervalSince(first)) < 0.001)
        #expect(entry.latest.timeIntervalSince(entry.first) >= 500)
        #expect(page.next == nil)
        #expect(try await scene.trail(of: .statisticsRead).map(\.client) == [Self.tally])
    }

    @Test("A token with which the client speaks for itself opens the list", arguments: Client.TokenProfile.allCases)
    func serviceToken(profile: Client.TokenProfile) async throws {
        let scene = try await scene(profile)
        _ = try await logIn(scene)
        let token = try await bearer(scene, scope: "logins:read tickets:read")
        #expect(try await page(scene, authorization: token).logins.map(\.count) == [1])

        try await scene.revoke(Secret(String(token.dropFirst(7))), as: try await tally(scene))
        #expect(await scene.refusal { try await ask(scene, authorization: token) } == .invalidToken)
    }

    @Test("Other tokens do not")
    func otherTokens() async throws {
        let scene = try await scene()
        let tokens = try await logIn(scene)
        let person = "Bearer \(tokens.accessToken.reveal())"
        #expect(await scene.refusal { try await ask(scene, authorization: person) } == .insufficientScope)
        let narrow = try await bearer(scene, scope: "tickets:read")
        #expect(await scene.refusal { try await ask(scene, authorization: narrow) } == .insufficientScope)
        let good = try await bearer(scene, scope: "logins:read")
        scene.pass(3600)
        let identity = "Bearer \(try #require(tokens.idToken).reveal())"
        for token in [good, identity, "Bearer nonsense", "Bearer a.b.c"] {
            #expect(await scene.refusal { try await ask(scene, authorization: token) } == .invalidToken, "\(token)")
        }
        #expect(try await scene.trail(of: .statisticsRead).isEmpty)
    }

    @Test(
        "Without proof there is no answer, whatever client is asked about",
        arguments: [nil, "Basic", "Basic !!!", "Basic cGFya2luZzo=", "Digest abc", "Bearer ", ""])
    func noProof(authorization: String?) async throws {
        let scene = try await scene()
        for client in ["tally", "parking", "nobody"] {
            #expect(
                await scene.refusal { try await ask(scene, of: client, authorization: authorization) }
                    == .invalidClient)
        }
    }

    @Test(
        "Of another client, registered or not, there is nothing to be found",
        arguments: ["transport", "nobody", ".account", "", "TALLY", "tally ", "ta\u{308}lly"])
    func otherClients(name: String) async throws {
        let scene = try await scene()
        let proofs = [basic(Self.tally), try await bearer(scene, scope: "logins:read")]
        for proof in proofs {
            guard case .notFound = try await ask(scene, of: name, authorization: proof) else {
                Issue.record("\(name) was found")
                return
            }
        }
        #expect(try await scene.trail(of: .statisticsRead).isEmpty)
    }

    @Test("Pages follow each other by a cursor that is worth nothing to anybody else")
    func pages() async throws {
        let scene = try await scene()
        for number in 0..<5 { try await count(number, at: Self.tally, scene) }
        var found: [String] = []
        var query = "limit=2"
        while true {
            let page = try await page(scene, query, authorization: basic(Self.tally))
            found += page.logins.map(\.subject)
            guard let next = page.next else { break }
            #expect(page.logins.count == 2)
            #expect(!next.reveal().contains(page.logins.last?.subject ?? ""))
            query = "limit=2&after=" + next.reveal()
            let stranger = try await Self.refusal(scene, query, authorization: basic(ClientID(rawValue: "transport")))
            #expect(stranger == .invalidRequest)
        }
        #expect(found == (0..<5).map { "person-\($0)" })
        for cursor in ["nonsense", "person-1", try await bearer(scene, scope: "logins:read").dropFirst(7) + ""] {
            #expect(
                await scene.refusal { try await ask(scene, "after=\(cursor)", authorization: basic(Self.tally)) }
                    == .invalidRequest)
        }
    }

    private static func refusal(
        _ scene: Scene, _ query: String, authorization: String
    ) async throws -> OAuthError.Code? {
        await scene.refusal {
            try await LoginStatisticsFlow(scene.environment).page(
                of: "transport", try FormParameters(decoding: query.utf8), authorization: authorization,
                visit: scene.browser().visit)
        }
    }

    private func count(_ number: Int, at client: ClientID, _ scene: Scene) async throws {
        let person = SamplePerson(
            accountID: AccountID(rawValue: "person-\(number)"), userName: "\(number)", name: "\(number)", email: "")
        _ = try await scene.broker.store.recordLogin(person.identity(), at: scene.clock.now)
        let code = IssuedCode.sample("login of \(number)", person: person, client: client)
        let issued = try await scene.broker.store.issue(
            code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: [])
        #expect(issued)
        _ = try await scene.broker.store.redeem(
            code.digest, at: Fixtures.noon, limit: nil, judge: { .success($0.grant()) }, events: { _ in [] })
    }
}
