import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("GitHub: tokens that are handed over, and fresh ones") struct GitHubTokensTests {
    private static let handedOver = UpstreamTokens(
        accessToken: GitHubFixture.accessToken, idToken: Secret("a.b.c"), refreshToken: Secret("ghr_1"))

    private func verify(
        _ fixture: GitHubFixture, _ membership: GitHubMembership = GitHubMembership()
    ) async throws -> Result<UpstreamLogin, ConnectorError> {
        let verification = try #require(try fixture.connector(membership).tokenVerification)
        do throws(ConnectorError) {
            return .success(try await verification.verify(Self.handedOver, at: GitHubFixture.now))
        } catch {
            return .failure(error)
        }
    }

    @Test func `A token of this application is taken, an ID token beside it is not`() async throws {
        let fixture = GitHubFixture()
        fixture.report()
        let login = try await verify(fixture).get()
        #expect(login.subject == "583231")
        #expect(login.claims.email == "jana@city.example")
        #expect(
            login.tokens
                == UpstreamTokens(
                    accessToken: GitHubFixture.accessToken, refreshToken: Secret("ghr_1"),
                    expiresAt: Date(timeIntervalSince1970: 1_790_009_600)))
        let request = try #require(fixture.transport.last(GitHubFixture.application))
        guard case .basic(GitHubFixture.clientID, GitHubFixture.secret) = request.authorization else {
            Issue.record("the application did not prove itself")
            return
        }
        guard case .json(.post, let body) = request.content else {
            Issue.record("the token was not posted")
            return
        }
        #expect(
            String(decoding: body, as: UTF8.self) == #"{"access_token":"gho_16C7e42F292c6912E7710c838347Ae178B4a"}"#)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 200
        var changes: [String: JSONValue?] = [:]
        let error: ConnectorError
    }

    @Test(arguments: [
        Case(testDescription: "unknown", status: 404, error: .untrusted(.malformed)),
        Case(testDescription: "not a token", status: 422, error: .untrusted(.malformed)),
        Case(
            testDescription: "our secret is wrong", status: 401,
            error: .misbehaved(cause: "\(GitHubFixture.application) answered 401")),
        Case(
            testDescription: "out of order", status: 502,
            error: .unavailable(cause: "\(GitHubFixture.application) answered 502")),
        Case(
            testDescription: "another application's", changes: ["app": .object(["client_id": "another"])],
            error: .untrusted(.audience)),
        Case(
            testDescription: "no application", changes: ["app": .gone],
            error: .misbehaved(
                cause: "\(GitHubFixture.application) answered 200 with something other than the expected JSON")),
        Case(testDescription: "nobody's", changes: ["user": .null], error: .untrusted(.subjectMissing)),
        Case(
            testDescription: "somebody else's", changes: ["user": .object(["id": 583_232])],
            error: .untrusted(.subjectMismatch)),
    ])
    func `A token that is not this application's is nobody's login here`(refused: Case) async throws {
        let fixture = GitHubFixture()
        fixture.report(refused.changes)
        if refused.status != 200 {
            fixture.transport.answer(GitHubFixture.application, status: refused.status, .object([:]))
        }
        #expect(try await verify(fixture) == .failure(refused.error))
    }

    @Test func `Where somebody has to belong is asked on this way too`() async throws {
        let fixture = GitHubFixture()
        fixture.report()
        fixture.listOrganizations(["elsewhere"])
        #expect(
            try await verify(fixture, GitHubMembership(organizations: ["city"]))
                == .failure(.notAdmitted(reason: "not_in_organization")))
    }

    private static let old = UpstreamTokens(accessToken: Secret(""), refreshToken: Secret("ghr_1"))

    private static func refreshed(_ fixture: GitHubFixture) {
        fixture.issue(["access_token": "ghu_2", "refresh_token": "ghr_2", "expires_in": 28_800])
    }

    private func refresh(
        _ connector: GitHubConnector, of subject: String = "583231"
    ) async throws -> Result<UpstreamTokens, ConnectorError> {
        let refresh = try #require(connector.tokenRefresh)
        do throws(ConnectorError) {
            return .success(try await refresh.refresh(Self.old, of: subject, at: GitHubFixture.now))
        } catch {
            return .failure(error)
        }
    }

    @Test func `A refresh brings a new pair, about the same person`() async throws {
        let fixture = GitHubFixture()
        Self.refreshed(fixture)
        #expect(
            try await refresh(try fixture.connector()).get()
                == UpstreamTokens(
                    accessToken: Secret("ghu_2"), refreshToken: Secret("ghr_2"),
                    expiresAt: GitHubFixture.now.addingTimeInterval(28_800)))
        let form = try #require(fixture.transport.last(GitHubFixture.token)?.form)
        #expect(
            form == [
                "grant_type": "refresh_token", "refresh_token": "ghr_1", "client_id": GitHubFixture.clientID,
                "client_secret": "github-secret/+",
            ])
        #expect(try await refresh(try fixture.connector(), of: "583232") == .failure(.untrusted(.subjectMismatch)))
    }

    @Test(arguments: [
        ("bad_refresh_token", ConnectorError.grantEnded), ("invalid_grant", .grantEnded),
        (
            "incorrect_client_credentials",
            .misbehaved(cause: "\(GitHubFixture.token) answered incorrect_client_credentials")
        ),
        (
            "unsupported_grant_type", .misbehaved(cause: "\(GitHubFixture.token) answered unsupported_grant_type")
        ),
    ])
    func `Only GitHub's word on the refresh token ends the grant, though it says everything with status 200`(
        code: String, expected: ConnectorError
    ) async throws {
        let fixture = GitHubFixture()
        fixture.transport.answer(GitHubFixture.token, .object(["error": .string(code)]))
        #expect(try await refresh(try fixture.connector()) == .failure(expected))
    }

    @Test func `Somebody who has left is refused at the next refresh`() async throws {
        let fixture = GitHubFixture()
        Self.refreshed(fixture)
        fixture.listOrganizations(["elsewhere"])
        let connector = try fixture.connector(GitHubMembership(organizations: ["city"]))
        #expect(try await refresh(connector) == .failure(.notAdmitted(reason: "not_in_organization")))
    }

    @Test func `A bad minute of the API after a refresh does not lose the refresh token that works only once`()
        async throws
    {
        let fixture = GitHubFixture()
        Self.refreshed(fixture)
        fixture.transport.answer(GitHubFixture.user, status: 503, .null)
        let connector = try fixture.connector()
        #expect(
            try await refresh(connector)
                == .failure(.unavailable(cause: "https://api.github.com/user answered 503")))
        fixture.transport.answer(GitHubFixture.token, .object(["error": "bad_refresh_token"]))
        fixture.transport.answer(GitHubFixture.user, .object(GitHubFixture.jana))
        #expect(try await refresh(connector).get().refreshToken == Secret("ghr_2"))
        #expect(fixture.transport.count(GitHubFixture.token) == 1)
        #expect(try await refresh(connector) == .failure(.grantEnded))
    }
}
