import OAuth
import Testing

@testable import Connectors

@Suite("GitHub: ending tokens") struct GitHubRevocationTests {
    private func revoke(
        _ fixture: GitHubFixture, _ tokens: UpstreamTokens
    ) async throws -> Result<RevocationOutcome, ConnectorError> {
        let revocation = try #require(try fixture.connector().tokenRevocation)
        do throws(ConnectorError) {
            return .success(try await revocation.revoke(tokens, at: GitHubFixture.now))
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [
        (204, Result<RevocationOutcome, ConnectorError>.success(.revoked)), (404, .success(.revoked)),
        (422, .success(.revoked)),
        (401, .failure(.misbehaved(cause: "\(GitHubFixture.application) answered 401 to a revocation"))),
        (503, .failure(.unavailable(cause: "\(GitHubFixture.application) answered 503"))),
    ])
    func `A token is ended in the application's own name; one that is over already is no error`(
        status: Int, expected: Result<RevocationOutcome, ConnectorError>
    ) async throws {
        let fixture = GitHubFixture()
        fixture.transport.answer(GitHubFixture.application, status: status, .null)
        #expect(try await revoke(fixture, UpstreamTokens(accessToken: GitHubFixture.accessToken)) == expected)
        let request = try #require(fixture.transport.last(GitHubFixture.application))
        guard case .json(.delete, let body) = request.content,
            case .basic(GitHubFixture.clientID, GitHubFixture.secret) = request.authorization
        else {
            Issue.record("not a DELETE of the application's own")
            return
        }
        #expect(String(decoding: body, as: UTF8.self).contains(GitHubFixture.accessToken.reveal()))
    }

    @Test func `A refresh token alone leads nowhere, and is not used up for it`() async throws {
        let fixture = GitHubFixture()
        let tokens = UpstreamTokens(accessToken: Secret(""), refreshToken: Secret("ghr_1"))
        #expect(try await revoke(fixture, tokens) == .success(.notOffered))
        #expect(fixture.transport.count(GitHubFixture.application) == 0)
        #expect(fixture.transport.count(GitHubFixture.token) == 0)
    }
}
