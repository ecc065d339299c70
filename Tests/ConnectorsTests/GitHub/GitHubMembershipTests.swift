import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("GitHub: organisations and teams") struct GitHubMembershipTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let organizations: [String]
        let teams: [String]
        let error: ConnectorError?

        init(
            _ description: String, organizations: [String] = [], teams: [String] = [], _ error: ConnectorError? = nil
        ) {
            (testDescription, self.organizations, self.teams, self.error) = (description, organizations, teams, error)
        }
    }

    private static let notInOrganization = ConnectorError.notAdmitted(reason: "not_in_organization")
    private static let notInTeam = ConnectorError.notAdmitted(reason: "not_in_team")

    @Test(arguments: [
        Case("a member", organizations: ["City"]),
        Case("a member in other letters", organizations: ["CITY"]),
        Case("a member of one of two", organizations: ["nowhere", "library"]),
        Case("on the second page", organizations: ["zoo"]),
        Case("no member", organizations: ["nowhere"], notInOrganization),
        Case("a longer name", organizations: ["city-hall"], notInOrganization),
        Case("a shorter name", organizations: ["cit"], notInOrganization),
        Case("in the team", teams: ["city/Admins"]),
        Case("in the team of another organisation", teams: ["library/admins"], notInTeam),
        Case("in no team", teams: ["city/guests"], notInTeam),
        Case("in both", organizations: ["city"], teams: ["city/admins"]),
        Case(
            "in the team but not the organisation", organizations: ["nowhere"], teams: ["city/admins"],
            notInOrganization),
        Case("in the organisation but not the team", organizations: ["city"], teams: ["city/guests"], notInTeam),
    ])
    func `Every list that is there must be met`(membership: Case) async throws {
        let fixture = GitHubFixture()
        fixture.listOrganizations(["city", "Library"], ["zoo"])
        fixture.transport.answer(GitHubFixture.teams(page: 1), .array([GitHubFixture.team("City", "admins")]))
        fixture.transport.answer(GitHubFixture.teams(page: 2), .array([]))
        let rule = GitHubMembership(organizations: membership.organizations, teams: membership.teams)
        #expect(await fixture.failure(GitHubFixture.answer, rule) == membership.error)
    }

    @Test func `Nobody is asked where they belong for no reason`() async throws {
        let fixture = GitHubFixture()
        _ = try await fixture.login()
        #expect(fixture.transport.count(GitHubFixture.organizations(page: 1)) == 0)
        #expect(fixture.transport.count(GitHubFixture.teams(page: 1)) == 0)
    }

    @Test func `Reading stops at the first match`() async throws {
        let fixture = GitHubFixture()
        fixture.listOrganizations(["city"], ["zoo"])
        _ = try await fixture.login(GitHubFixture.answer, GitHubMembership(organizations: ["city"]))
        #expect(fixture.transport.count(GitHubFixture.organizations(page: 2)) == 0)
    }

    @Test func `A list without an end is given up, and is no yes`() async throws {
        let fixture = GitHubFixture()
        for page in 1...20 {
            fixture.transport.answer(
                GitHubFixture.organizations(page: page), .array([.object(["login": "elsewhere"])]))
        }
        #expect(
            await fixture.failure(GitHubFixture.answer, GitHubMembership(organizations: ["city"]))
                == .misbehaved(cause: "https://api.github.com/user/orgs lists more than can be read"))
        #expect(fixture.transport.count(GitHubFixture.organizations(page: 10)) == 1)
        #expect(fixture.transport.count(GitHubFixture.organizations(page: 11)) == 0)
    }

    @Test(arguments: [
        (
            403, JSONValue.object(["message": "You need at least read:org scope."]),
            ConnectorError.misbehaved(cause: "https://api.github.com/user/orgs answered 403")
        ),
        (404, .null, .misbehaved(cause: "https://api.github.com/user/orgs answered 404")),
        (503, .null, .unavailable(cause: "https://api.github.com/user/orgs answered 503")),
        (
            200, .object(["login": "city"]),
            .misbehaved(
                cause: "https://api.github.com/user/orgs answered 200 with something other than the expected JSON")
        ),
    ])
    func `Where it cannot be told, nobody is let in`(
        status: Int, body: JSONValue, expected: ConnectorError
    ) async throws {
        let fixture = GitHubFixture()
        fixture.transport.answer(GitHubFixture.organizations(page: 1), status: status, body)
        #expect(
            await fixture.failure(GitHubFixture.answer, GitHubMembership(organizations: ["city"])) == expected)
    }
}
