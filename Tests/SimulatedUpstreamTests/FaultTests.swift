import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OAuth
import SimulatedUpstream
import Synchronization
import Testing

@Suite("Faults of the simulated provider") struct FaultTests {
    private func mint(_ fault: TokenFault) throws -> (access: ParsedToken, identity: ParsedToken) {
        let tokens = try Fixture().provider.mintTokens(
            for: Fixture.person, client: Fixture.reusable, faults: [fault], nonce: "n-0S6")
        return (try ParsedToken(tokens.accessToken), try ParsedToken(tokens.idToken))
    }

    @Test(arguments: TokenFault.allCases)
    func `Every token fault changes something that a verifier can see`(fault: TokenFault) async throws {
        let spoilt = try mint(fault)
        let provider = try Fixture().provider
        let tokens = try provider.mintTokens(for: Fixture.person, client: Fixture.reusable, nonce: "n-0S6")
        let sound = (access: try ParsedToken(tokens.accessToken), identity: try ParsedToken(tokens.idToken))
        let telling = ["iss", "aud", "azp", "client_id", "nonce", "exp", "iat", "nbf", "sub", "token_use"]
        func view(_ token: ParsedToken) -> [JSONValue?] {
            telling.map { token.claims[$0] } + [token.header["alg"], token.header["kid"]]
        }
        if fault == .badSignature {
            try await Fixture().test { client in
                let keys = try await client.keySet()
                #expect(try await !spoilt.identity.isSigned(under: keys))
                #expect(try await !spoilt.access.isSigned(under: keys))
            }
        } else {
            #expect(view(spoilt.identity) != view(sound.identity))
        }
    }

    @Test(arguments: [TokenFault.wrongIssuer, .wrongAudience, .expired, .notYetValid, .otherPool, .subjectMismatch])
    func `A token with wrong claims is signed properly, so that only the claims tell`(fault: TokenFault) async throws {
        let tokens = try mint(fault)
        try await Fixture().test { client in
            let keys = try await client.keySet()
            #expect(try await tokens.identity.isSigned(under: keys))
            #expect(try await tokens.access.isSigned(under: keys))
        }
    }

    @Test func `An unsigned token has no signature`() throws {
        let token = try mint(.unsigned).identity
        #expect(token.header["alg"] == "none")
        #expect(token.signature.isEmpty)
    }

    @Test func `An HS256 token is good for whoever takes the public key for a shared secret`() async throws {
        let token = try mint(.hmacWithPublicKey).identity
        #expect(token.header["alg"] == "HS256")
        #expect(token.signature.count == 32)
        try await Fixture().test { client in
            let published = try await client.keySet()
            #expect(try await !token.isSigned(under: published))
        }
    }

    @Test func `A key that was replaced is gone, and its successor signs`() async throws {
        let fixture = try Fixture()
        try await fixture.test { client in
            let before = try await client.keySet()
            fixture.provider.inject(.keySet(.rotated))
            let tokens = try fixture.provider.mintTokens(for: Fixture.person, client: Fixture.reusable)
            let token = try ParsedToken(tokens.idToken)
            #expect(try await !token.isSigned(under: before))
            let published = try await client.keySet()
            #expect(try await token.isSigned(under: published))
        }
    }

    @Test func `Keys without kid, and very many keys, are published on demand`() async throws {
        let fixture = try Fixture()
        try await fixture.test { client in
            fixture.provider.inject(.keySet(.withoutKeyIDs))
            let keys = try await client.keySet()
            #expect(keys["keys"]?.array?.count == 2)
            #expect(keys["keys"]?.array?.allSatisfy { $0["kid"] == nil } == true)
            fixture.provider.heal()
            fixture.provider.inject(.keySet(.huge))
            let response = try await client.get("/.well-known/jwks.json")
            #expect(response.body.readableBytes > 4 << 20)
            fixture.provider.heal()
            fixture.provider.inject(.keySet(.empty))
            #expect(try await client.keySet()["keys"] == .array([]))
        }
    }

    @Test(arguments: [
        (AnswerFault.serverError, HTTPResponse.Status.internalServerError),
        (.unavailable, .serviceUnavailable), (.notJSON, .ok), (.redirected(to: "http://127.0.0.1:1/"), .found),
    ])
    func `A spoilt answer spoils its endpoint only`(fault: AnswerFault, status: HTTPResponse.Status) async throws {
        let fixture = try Fixture()
        fixture.provider.inject(.answer(fault, at: .keys))
        try await fixture.test { client in
            let response = try await client.get("/.well-known/jwks.json")
            #expect(response.status == status)
            let json = try? response.json()
            #expect(json == nil)
            #expect(try await client.keySet()["keys"]?.array?.count == 2)
        }
        #expect(fixture.provider.requestCount(.keys) == 1)
        #expect(fixture.provider.requestCount(.poolKeys) == 1)
    }

    @Test func `Truncated JSON is no JSON, and a huge body is as long as it was asked to be`() async throws {
        let fixture = try Fixture()
        fixture.provider.inject(.answer(.truncated, at: .discovery), .answer(.huge(bytes: 1 << 20), at: .keys))
        try await fixture.test { client in
            let half = try await client.get("/.well-known/openid-configuration")
            #expect(half.body.readableBytes > 0)
            let json = try? half.json()
            #expect(json == nil)
            #expect(try await client.get("/.well-known/jwks.json").body.readableBytes > 1 << 20)
        }
    }

    @Test func `A slow answer waits for as long as it was told`() async throws {
        let waited = Mutex<[Duration]>([])
        var configuration = try Fixture().provider.configuration
        configuration.sleep = { duration in waited.withLock { $0.append(duration) } }
        let provider = try SimulatedProvider(configuration)
        provider.inject(.answer(.slow(.seconds(30)), at: .token))
        try await Application(router: provider.buildRouter()).test(.router) { client in
            let response = try await client.redeem("guess")
            #expect(response.status == .badRequest)
        }
        let durations = waited.withLock { $0 }
        #expect(durations == [.seconds(30)])
    }

    @Test(arguments: [
        (CallbackFault.wrongIssuer, Optional("https://elsewhere.invalid"), "abc"),
        (.missingIssuer, nil, "abc"), (.wrongState, "http://upstream.example", "not-the-state-that-was-sent"),
    ])
    func `The answer through the browser can be wrong`(fault: CallbackFault, issuer: String?, state: String)
        async throws
    {
        let fixture = try Fixture()
        fixture.provider.inject(.callback(fault))
        try await fixture.test { client in
            let callback = try await client.hostedLogin(.good)
            #expect(callback["iss"] == issuer)
            #expect(callback["state"] == state)
            #expect(callback["code"] != nil)
        }
    }

    @Test func `A refused refresh is invalid_grant at the token endpoint`() async throws {
        let fixture = try Fixture()
        fixture.provider.inject(.refreshRefused)
        let tokens = try fixture.provider.mintTokens(for: Fixture.person, client: Fixture.openID)
        try await fixture.test { client in
            let response = try await client.post(
                "/oauth2/token",
                [
                    ("grant_type", "refresh_token"), ("refresh_token", tokens.refreshToken),
                    ("client_id", "broker"), ("client_secret", "s3cret/+"),
                ])
            #expect(try response.json()["error"] == "invalid_grant")
        }
    }
}
