import Crypto
import CryptoExtras
import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("RFC 8725: algorithms a token may not choose for itself") struct AlgorithmConfusionTests {
    private static let now = OpenIDFixture.now

    /// A verifier that knows `keys`.
    private func verifier(
        _ keys: [[String: JSONValue]], _ algorithms: Set<UpstreamAlgorithm> = UpstreamAlgorithm.usual
    ) throws -> TokenVerifier {
        let document = JSONValue.object(["keys": .array(keys.map(JSONValue.object))])
        let published = try JSONDecoder().decode(PublishedKeys.self, from: Data(document.bytes))
        return TokenVerifier(
            keys: KeyCache(FreshValue { (_: Date) async throws(ConnectorError) in published }), algorithms: algorithms)
    }

    private func flaw(_ token: Secret, _ verifier: TokenVerifier) async -> ConnectorError? {
        await connectorError { () async throws(ConnectorError) in try await verifier.verify(token, at: Self.now) }
    }

    @Test func `RS256 and ES256 tokens are verified with the key they name`() async throws {
        let rsa = try #require(ForgeKey.rsa)
        let keys = [ForgeKey.p256("a"), rsa, ForgeKey.p256("b")]
        let verifier = try verifier(keys.map(\.jwk))
        for key in keys {
            let token = try ForgedToken(OpenIDFixture.claims, signedWith: key).secret()
            let claims = try await verifier.verify(token, at: Self.now)
            #expect(claims.values == OpenIDFixture.claims)
            #expect(claims.algorithm.rawValue == key.algorithm)
        }
    }

    @Test(arguments: [
        "none", "None", "nOnE", "NONE", "", " ", "HS256", "HS384", "HS512", "hs256", "rs256", "RS1", "RS384", "ES256K",
        "ES384", "EdDSA", "RS256 ", "dir",
    ])
    func `A name that is not on the list is refused before a key is looked at`(algorithm: String) async throws {
        let rsa = try #require(ForgeKey.rsa)
        var token = ForgedToken(OpenIDFixture.claims, signedWith: rsa)
        token.header["alg"] = .string(algorithm)
        let verifier = try verifier([rsa.jwk])
        #expect(await flaw(try token.secret(), verifier) == .untrusted(.algorithmNotAllowed))
        token.sign = { _ in [] }
        #expect(await flaw(try token.secret(), verifier) == .untrusted(.algorithmNotAllowed))
    }

    @Test func `A public key is no HMAC secret, however it is spelt`() async throws {
        let rsa = try #require(ForgeKey.rsa)
        guard case .rsa(let key) = rsa.secret, let modulus = rsa.jwk["n"]?.string else { return }
        let spellings: [[UInt8]] = [
            Array(key.publicKey.pemRepresentation.utf8), Array((key.publicKey.pemRepresentation + "\n").utf8),
            Array(key.publicKey.pkcs1PEMRepresentation.utf8), Array(key.publicKey.derRepresentation),
            Array(key.publicKey.pkcs1DERRepresentation), Array(modulus.utf8), Base64URL.decode(modulus) ?? [],
            JSONValue.object(rsa.jwk).bytes,
        ]
        let verifier = try verifier([rsa.jwk])
        for spelling in spellings {
            for algorithm in ["HS256", "RS256"] {
                var token = ForgedToken(OpenIDFixture.claims, signedWith: rsa)
                token.header["alg"] = .string(algorithm)
                token.sign = { Array(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: spelling))) }
                let expected: TokenFlaw = algorithm == "HS256" ? .algorithmNotAllowed : .signature
                #expect(await flaw(try token.secret(), verifier) == .untrusted(expected))
            }
        }
    }

    @Test func `A key of another type than the algorithm's does not fit`() async throws {
        let rsa = try #require(ForgeKey.rsa)
        var token = ForgedToken(OpenIDFixture.claims, signedWith: ForgeKey.p256("rsa-1"))
        #expect(await flaw(try token.secret(), try verifier([rsa.jwk])) == .untrusted(.unknownKey))
        token.header["alg"] = "RS256"
        #expect(await flaw(try token.secret(), try verifier([rsa.jwk])) == .untrusted(.signature))
    }

    @Test(
        arguments: [
            ["use": "enc"], ["alg": "RS256"], ["alg": "ES384"], ["key_ops": .array(["sign"])], ["crv": "P-384"],
            ["kty": "RSA"], ["kty": "oct", "k": "AAAA"], ["x": "AAAA"], ["x": .gone], ["kid": "another"],
            ["kid": 1],
        ] as [[String: JSONValue?]])
    func `A key that is meant for something else, or broken, is not used`(changes: [String: JSONValue?]) async throws {
        let key = ForgeKey.p256("a")
        let token = try ForgedToken(OpenIDFixture.claims, signedWith: key).secret()
        #expect(await flaw(token, try verifier([key.jwk])) == nil)
        #expect(await flaw(token, try verifier([key.jwk.with(changes)])) == .untrusted(.unknownKey))
    }

    @Test func `One unreadable key does not spoil the others`() async throws {
        let key = ForgeKey.p256("a")
        let token = try ForgedToken(OpenIDFixture.claims, signedWith: key).secret()
        #expect(await flaw(token, try verifier([["kty": 7], ["n": "A"], key.jwk])) == nil)
    }

    @Test func `Without kid the keys that fit are tried, a few of them`() async throws {
        let rsa = try #require(ForgeKey.rsa)
        let (one, other) = (ForgeKey.p256("a"), ForgeKey.p256("b"))
        var token = ForgedToken(OpenIDFixture.claims, signedWith: one)
        token.header["kid"] = nil
        #expect(await flaw(try token.secret(), try verifier([one.jwk, rsa.jwk])) == nil)
        #expect(await flaw(try token.secret(), try verifier([other.jwk, one.jwk])) == nil)
        #expect(await flaw(try token.secret(), try verifier([one, other].map { $0.jwk.with(["kid": .gone]) })) == nil)
        #expect(await flaw(try token.secret(), try verifier([other.jwk])) == .untrusted(.signature))
        #expect(await flaw(try token.secret(), try verifier([rsa.jwk])) == .untrusted(.unknownKey))
        let others = (1...PublishedKeys.maximumCandidates).map { ForgeKey.p256("other-\($0)").jwk }
        #expect(await flaw(try token.secret(), try verifier(others + [one.jwk])) == .untrusted(.signature))
    }

    @Test func `Without kid a rotation shows in a signature that fits no key`() async throws {
        let (old, new) = (ForgeKey.p256("a"), ForgeKey.p256("b"))
        let transport = StubTransport()
        let endpoint = try UpstreamEndpoint(named: OpenIDFixture.jwks)
        func publish(_ key: ForgeKey) {
            transport.answer(OpenIDFixture.jwks, .object(["keys": .array([.object(key.jwk.with(["kid": .gone]))])]))
        }
        let verifier = TokenVerifier(
            keys: KeyCache(
                FreshValue { (_: Date) async throws(ConnectorError) in
                    try await transport.json(PublishedKeys.self, from: UpstreamRequest(endpoint))
                }), algorithms: UpstreamAlgorithm.usual)
        publish(old)
        for (key, seconds, fetches) in [(old, 0.0, 1), (new, 60, 2), (new, 61, 2)] {
            if key.id == new.id { publish(new) }
            var token = ForgedToken(OpenIDFixture.claims, signedWith: key)
            token.header["kid"] = nil
            _ = try await verifier.verify(token.secret(), at: Self.now.addingTimeInterval(seconds))
            #expect(transport.count(OpenIDFixture.jwks) == fetches)
        }
    }

    @Test func `Two keys of one name are no choice`() async throws {
        let key = ForgeKey.p256("a")
        let token = try ForgedToken(OpenIDFixture.claims, signedWith: key).secret()
        let verifier = try verifier([ForgeKey.p256("a").jwk, key.jwk])
        #expect(await flaw(token, verifier) == .untrusted(.unknownKey))
    }

    @Test func `One key published twice is one key`() async throws {
        let key = ForgeKey.p256("a")
        let token = try ForgedToken(OpenIDFixture.claims, signedWith: key).secret()
        #expect(await flaw(token, try verifier([key.jwk, key.jwk])) == nil)
    }

    @Test func `RSA keys under 2048 bits are refused`() async throws {
        let weak = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
        let key = ForgeKey(id: "weak", secret: .rsa(weak))
        let token = try ForgedToken(OpenIDFixture.claims, signedWith: key).secret()
        #expect(await flaw(token, try verifier([key.jwk])) == .untrusted(.unknownKey))
    }

    @Test func `A signature that is not the key's is refused`() async throws {
        let key = ForgeKey.p256("a")
        let verifier = try verifier([key.jwk])
        var token = ForgedToken(OpenIDFixture.claims, signedWith: key)
        token.sign = ForgeKey.p256("a").signature
        #expect(await flaw(try token.secret(), verifier) == .untrusted(.signature))
        for signature in [[], [0], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64)] {
            token.sign = { _ in signature }
            #expect(await flaw(try token.secret(), verifier) == .untrusted(.signature))
        }
        let good = try ForgedToken(OpenIDFixture.claims, signedWith: key).text()
        var parts = good.split(separator: ".").map(String.init)
        parts[1] = Base64URL.encode(JSONValue.object(OpenIDFixture.claims.with(["sub": "admin"])).bytes)
        #expect(await flaw(Secret(parts.joined(separator: ".")), verifier) == .untrusted(.signature))
    }

    @Test func `An algorithm the file does not list is refused although a key fits`() async throws {
        let key = ForgeKey.p256("a")
        let token = try ForgedToken(OpenIDFixture.claims, signedWith: key).secret()
        #expect(await flaw(token, try verifier([key.jwk], [.rs256])) == .untrusted(.algorithmNotAllowed))
    }
}
