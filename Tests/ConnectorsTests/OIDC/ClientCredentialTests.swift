import Crypto
import CryptoExtras
import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("RFC 7523: the broker proves itself with a key") struct ClientCredentialTests {
    private static let now = OpenIDFixture.now
    private static let grant = [(name: "grant_type", value: "authorization_code"), ("code", "c")]

    private func form(
        _ authentication: UpstreamClient.Authentication, after seconds: Double = 0
    ) throws -> [String: String] {
        let client = UpstreamClient(id: OpenIDFixture.clientID, authentication: authentication)
        let request = try ClientCredential(client).request(
            try UpstreamEndpoint(named: OpenIDFixture.token), presenting: Self.grant,
            at: Self.now.addingTimeInterval(seconds))
        guard case .none = request.authorization else {
            Issue.record("the request has an Authorization header")
            return [:]
        }
        return request.form
    }

    /// What `token` says, once its signature is known to be that of `key`.
    private func claims(
        of token: String?, signedWith key: [String: JSONValue]
    ) async throws -> (kid: String?, algorithm: String, claims: [String: JSONValue]) {
        let parts = try CompactJWS(Secret(try #require(token)))
        let published = try JSONDecoder().decode(PublishedKey.self, from: Data(JSONValue.object(key).bytes))
        let algorithm = try #require(UpstreamAlgorithm(rawValue: parts.header.alg))
        let verification = try #require(await VerificationKey(published, algorithm))
        return (
            parts.header.kid, parts.header.alg, try VerifiedClaims(parts, signedWith: verification).values
        )
    }

    private func publicJWK(_ key: P256.Signing.PrivateKey) -> [String: JSONValue] {
        ForgeKey(id: "", secret: .p256(key)).jwk
    }

    @Test func `An assertion names the client, the endpoint and itself, for a minute`() async throws {
        let key = P256.Signing.PrivateKey()
        let authentication = UpstreamClient.Authentication.privateKey(
            try ClientKey(pem: Secret(key.pemRepresentation), id: "key-7"))
        let form = try form(authentication)
        #expect(form["client_id"] == "drawbridge")
        #expect(form["client_secret"] == nil)
        #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        let (kid, algorithm, said) = try await claims(of: form["client_assertion"], signedWith: publicJWK(key))
        #expect(kid == "key-7")
        #expect(algorithm == "ES256")
        #expect(
            said.with(["jti": .gone]) == [
                "iss": "drawbridge", "sub": "drawbridge", "aud": "https://id.example/token", "iat": 1_790_000_000,
                "exp": 1_790_000_060,
            ])
        let later = try self.form(authentication, after: 1)
        let next = try await claims(of: later["client_assertion"], signedWith: publicJWK(key)).claims
        #expect(try #require(said["jti"]?.string).count == 43)
        #expect(said["jti"] != next["jti"])
    }

    @Test func `An RSA key signs RS256, and a JWK brings its own name`() async throws {
        let members = RSAJWK.members
        let authentication = UpstreamClient.Authentication.privateKey(try ClientKey(jwk: members, id: nil))
        let key = members.filter { ["kty", "n", "e"].contains($0.key) }.mapValues(JSONValue.string)
        let (kid, algorithm, _) = try await claims(of: form(authentication)["client_assertion"], signedWith: key)
        #expect(kid == "rsa-jwk")
        #expect(algorithm == "RS256")
    }

    @Test func `A signed secret is kept for half its life`() async throws {
        let key = P256.Signing.PrivateKey()
        let signer = SignedClientSecret(
            issuer: "TEAM", audience: "https://appleid.apple.com",
            key: try ClientKey(pem: Secret(key.pemRepresentation), id: "key-7"))
        let credential = ClientCredential(
            UpstreamClient(id: "example.city.login", authentication: .signedSecret(signer)))
        let endpoint = try UpstreamEndpoint(named: OpenIDFixture.token)
        func secret(after seconds: Double) throws -> String {
            let request = try credential.request(
                endpoint, presenting: Self.grant, at: Self.now.addingTimeInterval(seconds))
            return try #require(request.form["client_secret"])
        }
        let first = try secret(after: 0)
        let said = try await claims(of: first, signedWith: publicJWK(key))
        #expect(said.kid == "key-7")
        #expect(
            said.claims == [
                "iss": "TEAM", "sub": "example.city.login", "aud": "https://appleid.apple.com", "iat": 1_790_000_000,
                "exp": 1_790_000_600,
            ])
        #expect(try secret(after: 299) == first)
        let second = try secret(after: 300)
        #expect(try await claims(of: second, signedWith: publicJWK(key)).claims["iat"] == 1_790_000_300)
        // A clock that was set back must not leave a secret from the future in use.
        let back = try secret(after: -3600)
        #expect(try await claims(of: back, signedWith: publicJWK(key)).claims["iat"] == 1_789_996_400)
    }

    @Test(arguments: [
        (["kty": "EC", "crv": "P-384", "d": "AAAA"], ClientKey.Flaw.unsuitable),
        (["kty": "EC", "crv": "P-256"], .unreadable), (["kty": "EC", "crv": "P-256", "d": "AAAA"], .unreadable),
        (["kty": "EC", "crv": "P-256", "d": "AAAA", "alg": "ES384"], .unsuitable),
        (["kty": "oct", "k": "AAAA"], .unsuitable), ([:], .unsuitable),
        (["kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB", "p": "AQAB", "q": "AQAB"], .unsuitable),
        (["kty": "RSA", "n": "AQAB", "e": "AQAB"], .unreadable),
    ])
    func `A JWK that cannot sign is refused`(members: [String: String], flaw: ClientKey.Flaw) {
        #expect(throws: flaw) { try ClientKey(jwk: members, id: nil) }
    }

    @Test func `A PEM that is no private key is refused, and a key never shows itself`() throws {
        let key = P256.Signing.PrivateKey()
        #expect(throws: ClientKey.Flaw.unreadable) { try ClientKey(pem: Secret("not a key"), id: nil) }
        #expect(throws: ClientKey.Flaw.unreadable) {
            try ClientKey(pem: Secret(key.publicKey.pemRepresentation), id: nil)
        }
        let other = P384.Signing.PrivateKey().pemRepresentation
        #expect(throws: ClientKey.Flaw.unsuitable) { try ClientKey(pem: Secret(other), id: nil) }
        let weak = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024)).pemRepresentation
        #expect(throws: ClientKey.Flaw.unsuitable) { try ClientKey(pem: Secret(weak), id: nil) }
        let read = try ClientKey(pem: Secret(key.pemRepresentation), id: "k")
        #expect("\(read)" == "<redacted>")
        #expect(try read == ClientKey(pem: Secret(key.pemRepresentation), id: "k"))
        #expect(try read != ClientKey(pem: Secret(key.pemRepresentation), id: "l"))
    }
}
