import Crypto
import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("OIDC Core §3.1.3.7: what an ID token has to say") struct VerifiedClaimsTests {
    private static let now = OpenIDFixture.now
    private static let key = ForgeKey.p256("a")

    private func claims(_ changes: [String: JSONValue?] = [:]) async throws -> VerifiedClaims {
        let token = ForgedToken(OpenIDFixture.claims.with(changes), signedWith: Self.key)
        let document = JSONValue.object(["keys": .array([.object(Self.key.jwk)])])
        let published = try JSONDecoder().decode(PublishedKeys.self, from: Data(document.bytes))
        let first = try #require(published.keys.first)
        let key = try #require(await VerificationKey(first, .es256))
        return try VerifiedClaims(CompactJWS(token.secret()), signedWith: key)
    }

    private func flaw(_ check: () throws(TokenFlaw) -> Void) -> TokenFlaw? {
        do throws(TokenFlaw) {
            try check()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            (["exp": 1_789_999_941], nil), (["exp": 1_789_999_940], .expired), (["exp": 0], .expired),
            (["exp": .number(1_790_000_000.5)], nil), (["exp": "1790000600"], .malformed),
            (["exp": .gone], .malformed),
            (["exp": .null], .malformed), (["exp": .number(1e300)], .malformed), (["nbf": .number(-1e300)], .malformed),
            (["nbf": 1_790_000_060], nil), (["nbf": 1_790_000_061], .notYetValid),
            (["nbf": "soon"], .malformed), (["iat": 1_790_000_060], nil), (["iat": 1_790_000_061], .notYetValid),
            (["iat": .gone], nil),
        ] as [([String: JSONValue?], TokenFlaw?)])
    func `Times, with a minute of leeway`(changes: [String: JSONValue?], expected: TokenFlaw?) async throws {
        let claims = try await claims(changes)
        #expect(flaw { () throws(TokenFlaw) in try claims.requireTimes(at: Self.now) } == expected)
    }

    @Test(
        arguments: [
            "https://id.example/", "https://id.example:443", "https://ID.example", "http://id.example", "id.example",
            "https://id.example.evil", "", 1, .null, .array(["https://id.example"]), .gone,
        ] as [JSONValue?])
    func `An issuer that is not the very same is another`(issuer: JSONValue?) async throws {
        let claims = try await claims(["iss": issuer])
        #expect(flaw { () throws(TokenFlaw) in try claims.requireIssuer(OpenIDFixture.issuer) } == .issuer)
    }

    @Test(
        arguments: [
            (["aud": "drawbridge"], nil), (["aud": .array(["drawbridge"])], nil), (["aud": "other"], .audience),
            (["aud": .array([])], .audience), (["aud": .gone], .audience), (["aud": 1], .audience),
            (["aud": "drawbridge "], .audience), (["aud": .array(["drawbridge", 1])], .audience),
            (["aud": .array(["drawbridge", "other"])], .authorizedParty),
            (["aud": .array(["drawbridge", "other"]), "azp": "drawbridge"], nil),
            (["aud": .array(["drawbridge", "other"]), "azp": "other"], .authorizedParty), (["azp": "drawbridge"], nil),
            (["azp": "other"], .authorizedParty), (["azp": 1], .authorizedParty),
        ] as [([String: JSONValue?], TokenFlaw?)])
    func `Audience and authorized party`(changes: [String: JSONValue?], expected: TokenFlaw?) async throws {
        let claims = try await claims(changes)
        #expect(flaw { () throws(TokenFlaw) in try claims.requireAudience(OpenIDFixture.clientID) } == expected)
    }

    @Test(arguments: ["", "n-0S6_WzA2MJ", "n-0S6_WzA2Mj ", 1, .null, .gone] as [JSONValue?])
    func `A nonce that is not the one sent is refused`(nonce: JSONValue?) async throws {
        let claims = try await claims(["nonce": nonce])
        #expect(flaw { () throws(TokenFlaw) in try claims.requireNonce(OpenIDFixture.nonce) } == .nonce)
    }

    @Test(arguments: ["", .gone, .null, 7, .string(String(repeating: "a", count: 256))] as [JSONValue?])
    func `A subject has to be there and fit`(subject: JSONValue?) async throws {
        let claims = try await claims(["sub": subject])
        #expect(flaw { () throws(TokenFlaw) in _ = try claims.subject() } == .subjectMissing)
    }

    @Test(arguments: ["a\u{0}b", "a\nb", "\u{1B}[31m", "a\u{7F}", "a\u{85}b"])
    func `A subject with a control character is refused`(subject: String) async throws {
        let claims = try await claims(["sub": .string(subject)])
        #expect(flaw { () throws(TokenFlaw) in _ = try claims.subject() } == .malformed)
    }

    @Test(
        arguments: [
            (1_789_999_000, Date(timeIntervalSince1970: 1_789_999_000)), (1_790_003_600, nil), (.number(1e300), nil),
            (-1, nil), ("1789999000", nil), (.gone, nil),
        ] as [(JSONValue?, Date?)])
    func `A login in the future, or at no time, has no time`(said: JSONValue?, known: Date?) async throws {
        #expect(try await claims(["auth_time": said]).authenticatedAt(by: Self.now) == known)
    }

    @Test func `The hash of the access token, where there is one, is checked`() async throws {
        let token = Secret("opaque-access")
        let hash = Base64URL.encode(SHA256.hash(data: Array("opaque-access".utf8)).prefix(16))
        let rows: [(JSONValue?, TokenFlaw?)] = [
            (nil, nil), (.string(hash), nil), (.string(hash + "A"), .accessTokenHash), ("", .accessTokenHash),
            (1, .accessTokenHash),
        ]
        for (value, expected) in rows {
            let claims = try await claims(["at_hash": value])
            #expect(flaw { () throws(TokenFlaw) in try claims.requireHash(of: token) } == expected)
        }
    }
}
