import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("OIDC Back-Channel Logout §2.6: what a provider's logout token has to say", .timeLimit(.minutes(1)))
struct LogoutTokenTests {
    private static let now = OpenIDFixture.now

    /// The claims of a good token of both kinds.
    private static let claims: [String: JSONValue] = [
        "iss": .string(OpenIDFixture.issuer), "aud": .string(OpenIDFixture.clientID), "iat": 1_790_000_000,
        "exp": 1_790_000_120, "jti": "logout-1", "sub": .string(OpenIDFixture.subject), "sid": "upstream-session",
        "events": .object([LogoutTokenClaims.event: .object([:])]),
    ]

    private func token(
        _ changes: [String: JSONValue?] = [:], type: JSONValue? = "logout+jwt", by key: ForgeKey
    ) throws -> Secret {
        var forged = ForgedToken(Self.claims.with(changes), signedWith: key)
        forged.header["typ"] = type
        return try forged.secret()
    }

    private func judge(_ token: Secret, _ fixture: OpenIDFixture) async throws -> Result<
        UpstreamLogoutToken, ConnectorError
    > {
        let connector = try fixture.connector()
        do throws(ConnectorError) {
            return .success(try await connector.verifyLogout(token, at: Self.now))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "A session, a person or both can have ended",
        arguments: [
            ([:], UpstreamLogoutToken.Reach.session("upstream-session", subject: OpenIDFixture.subject)),
            (["sub": .gone], .session("upstream-session", subject: nil)),
            (["sid": .gone], .person(OpenIDFixture.subject)),
        ] as [([String: JSONValue?], UpstreamLogoutToken.Reach)])
    func reaches(changes: [String: JSONValue?], reach: UpstreamLogoutToken.Reach) async throws {
        let fixture = OpenIDFixture()
        let said = try await judge(try token(changes, by: fixture.key), fixture).get()
        #expect(said.reach == reach && said.tokenID == "logout-1")
        #expect(said.endsAt == Self.now.addingTimeInterval(180))
    }

    @Test(
        "It need not say its type or its end, and may say its audience in a list",
        arguments: [
            ([:], nil), ([:], "JWT"), ([:], "application/logout+jwt"), ([:], "LOGOUT+JWT"),
            (["exp": .gone], "logout+jwt"),
            (["aud": .array([.string(OpenIDFixture.clientID)])], "logout+jwt"), (["iat": 1_789_999_700], "logout+jwt"),
            (["iat": 1_790_000_060], "logout+jwt"), (["ray_id": "more"], "logout+jwt"),
        ] as [([String: JSONValue?], JSONValue?)])
    func accepted(changes: [String: JSONValue?], type: JSONValue?) async throws {
        let fixture = OpenIDFixture()
        _ = try await judge(try token(changes, type: type, by: fixture.key), fixture).get()
    }

    @Test(
        "A token that lies, or is something else, is refused",
        arguments: [
            (["iss": "https://evil.example"], .issuer), (["iss": .gone], .issuer),
            (["aud": "another"], .audience), (["aud": .gone], .audience), (["aud": .array([])], .audience),
            (["aud": .array([.string(OpenIDFixture.clientID), "another"])], .authorizedParty),
            (["iat": .gone], .malformed), (["iat": "now"], .malformed), (["iat": 1_790_000_061], .notYetValid),
            (["iat": 1_789_999_639, "exp": 1_890_000_000], .expired), (["exp": 1_789_999_940], .expired),
            (["exp": "soon"], .malformed), (["exp": .number(1e300)], .malformed),
            (["jti": .gone], .malformed), (["jti": ""], .malformed), (["jti": 7], .malformed),
            (["jti": .string(String(repeating: "j", count: 256))], .malformed),
            (["sub": .gone, "sid": .gone], .subjectMissing), (["sub": ""], .subjectMissing),
            (["sub": 7], .subjectMissing),
            (["sid": ""], .malformed), (["sid": 7], .malformed), (["sid": "a\nb"], .malformed),
            (["events": .gone], .tokenUse), (["events": .object([:])], .tokenUse),
            (["events": .array([.string(LogoutTokenClaims.event)])], .tokenUse),
            (["events": .object([LogoutTokenClaims.event: "yes"])], .tokenUse),
            (["events": .object(["http://schemas.openid.net/event/other": .object([:])])], .tokenUse),
            (["nonce": "n"], .nonce), (["nonce": .some(.null)], .nonce),
        ] as [([String: JSONValue?], TokenFlaw)])
    func lies(changes: [String: JSONValue?], flaw: TokenFlaw) async throws {
        let fixture = OpenIDFixture()
        #expect(try await judge(try token(changes, by: fixture.key), fixture) == .failure(.untrusted(flaw)))
    }

    @Test("A JWT of another kind is none", arguments: ["at+jwt", "id_token+jwt", "secevent+jwt", "dpop+jwt"])
    func types(type: String) async throws {
        let fixture = OpenIDFixture()
        let forged = try token(type: .string(type), by: fixture.key)
        #expect(try await judge(forged, fixture) == .failure(.untrusted(.tokenUse)))
    }

    @Test("An ID token is none, whoever holds it")
    func idToken() async throws {
        let fixture = OpenIDFixture()
        #expect(try await judge(try fixture.idToken(["nonce": .gone]), fixture) == .failure(.untrusted(.tokenUse)))
    }

    @Test("The key decides the algorithm, and it has to be the provider's")
    func signatures() async throws {
        let fixture = OpenIDFixture()
        let stranger = ForgeKey.p256("key-1")
        #expect(try await judge(try token(by: stranger), fixture) == .failure(.untrusted(.signature)))
        #expect(
            try await judge(try token(by: ForgeKey.p256("key-2")), fixture) == .failure(.untrusted(.unknownKey)))
        for algorithm in ["none", "HS256", "RS256"] {
            var forged = ForgedToken(Self.claims, signedWith: fixture.key)
            forged.header["alg"] = .string(algorithm)
            let outcome = try await judge(try forged.secret(), fixture)
            #expect(throws: ConnectorError.self) { try outcome.get() }
        }
        for text in ["", "a.b.c", "a.b", String(repeating: "a", count: 70_000)] {
            #expect(try await judge(Secret(text), fixture) == .failure(.untrusted(.malformed)))
        }
    }

    @Test("The session of a login is told by its ID token, if that says a name")
    func sessionOfLogin() async throws {
        for (value, name) in [("up-1", "up-1"), (7, nil), (.gone, nil), ("", nil)] as [(JSONValue?, String?)] {
            let fixture = OpenIDFixture()
            fixture.publish(["authorization_response_iss_parameter_supported": false])
            #expect(try await fixture.login(try fixture.connector(), ["sid": value]).sessionID == name)
        }
    }
}
