import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Microsoft Entra ID: more groups than a token holds") struct MicrosoftGroupsTests {
    private static let graph = MicrosoftFixture.graph
    private static let markers: [[String: JSONValue?]] = [
        ["_claim_names": .object(["groups": "src1"]), "_claim_sources": .object(["src1": .object([:])])],
        ["hasgroups": true], ["hasgroups": "true"],
    ]

    private func page(_ ids: [String], next: String? = nil) -> JSONValue {
        var page: [String: JSONValue] = [
            "value": .array(ids.map { .object(["@odata.type": "#microsoft.graph.group", "id": .string($0)]) })
        ]
        page["@odata.nextLink"] = next.map(JSONValue.string)
        return .object(page)
    }

    private func connector(_ fixture: OpenIDFixture) throws -> OIDCConnector {
        try MicrosoftFixture.connector(fixture, #", "groups": "graph""#)
    }

    @Test(arguments: markers)
    func `Without being told to ask Graph, the log says what is missing`(marker: [String: JSONValue?]) async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture)
        let login = try await fixture.login(connector, MicrosoftFixture.token(MicrosoftFixture.tenant, marker))
        #expect(login.claims.values["groups"] == nil)
        #expect(login.remarks.count == 1)
        #expect(fixture.transport.count(Self.graph) == 0)
    }

    @Test(arguments: markers)
    func `Graph is asked page by page, and only for groups`(marker: [String: JSONValue?]) async throws {
        let fixture = OpenIDFixture()
        let second = "https://graph.microsoft.com/v1.0/me/transitiveMemberOf?$skiptoken=2"
        fixture.transport.answer(Self.graph, page(["a", "b"], next: second))
        fixture.transport.answer(
            second,
            .object([
                "value": .array([
                    .object(["@odata.type": "#microsoft.graph.directoryRole", "id": "role"]),
                    .object(["@odata.type": "#microsoft.graph.group", "id": "c"]),
                ])
            ]))
        let login = try await fixture.login(
            try connector(fixture), MicrosoftFixture.token(MicrosoftFixture.tenant, marker))
        #expect(login.claims.values["groups"] == .array(["a", "b", "c"]))
        #expect(login.remarks.isEmpty)
        guard case .bearer(Secret("opaque-access"), of: .person)? = fixture.transport.last(second)?.authorization else {
            Issue.record("Graph was not asked with the access token")
            return
        }
    }

    @Test func `Graph is left alone where the token holds the groups`() async throws {
        let fixture = OpenIDFixture()
        let token = MicrosoftFixture.token(MicrosoftFixture.tenant, ["groups": .array(["a"])])
        let login = try await fixture.login(try connector(fixture), token)
        #expect(login.claims.values["groups"] == .array(["a"]))
        #expect(fixture.transport.count(Self.graph) == 0)
    }

    private func failure(_ answer: JSONValue, status: Int = 200) async throws -> (ConnectorError?, OpenIDFixture) {
        let fixture = OpenIDFixture()
        fixture.transport.answer(Self.graph, status: status, answer)
        let connector = try connector(fixture)
        fixture.issue(
            try fixture.idToken(MicrosoftFixture.token(MicrosoftFixture.tenant, ["hasgroups": true])))
        return (try await fixture.failure(connector), fixture)
    }

    @Test(arguments: [401, 403])
    func `A missing permission is named`(status: Int) async throws {
        let place = "https://graph.microsoft.com/v1.0/me/transitiveMemberOf"
        #expect(
            try await failure(.object([:]), status: status).0
                == .misbehaved(
                    cause: "\(place) answered \(status); the scope User.Read or GroupMember.Read.All is missing"))
    }

    @Test(arguments: [
        "https://evil.example/v1.0/me", "http://graph.microsoft.com/v1.0/me",
        "https://graph.microsoft.com.evil.example",
        "https://10.0.0.1/", "nonsense", "",
    ])
    func `The access token goes to no other host`(next: String) async throws {
        let (error, fixture) = try await failure(page(["a"], next: next))
        #expect(error == .misbehaved(cause: "https://graph.microsoft.com/v1.0 continues at another host"))
        #expect(fixture.transport.count(next) == 0)
    }

    @Test func `A list without end is given up`() async throws {
        let (error, fixture) = try await failure(page(["a"], next: Self.graph))
        #expect(error == .misbehaved(cause: "https://graph.microsoft.com/v1.0 has more than 10 pages of groups"))
        #expect(fixture.transport.count(Self.graph) == 10)
    }
}
