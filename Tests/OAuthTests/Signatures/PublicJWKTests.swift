import Crypto
import FoundationEssentials
import OAuth
import Testing

@Suite("RFC 7638: thumbprints, and RFC 7517: public keys")
struct PublicJWKTests {
    /// The key of RFC 7638 §3.1.
    private static let modulus = """
        0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM\
        stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5\
        hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw
        """

    private func exampleKey() throws -> PublicJWK {
        PublicJWK(
            .rsa(
                modulus: try #require(Base64URL.decode(PublicJWKTests.modulus)),
                exponent: try #require(Base64URL.decode("AQAB"))))
    }

    @Test("The example of RFC 7638 §3.1 has the thumbprint printed there")
    func thumbprint() throws {
        let key = try exampleKey()
        #expect(key.id.rawValue == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(key.algorithm == .rs256)
    }

    @Test("An RSA key shows its public members and nothing else")
    func rsaMembers() throws {
        let key = try exampleKey()
        let members = try decode(key)
        #expect(
            members == [
                "kty": "RSA", "kid": key.id.rawValue, "use": "sig", "alg": "RS256", "n": PublicJWKTests.modulus,
                "e": "AQAB",
            ])
    }

    @Test("The example of RFC 7517 appendix A.1 reads as it is printed there")
    func ecMembers() throws {
        let x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
        let y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
        let key = PublicJWK(.p256(x: try #require(Base64URL.decode(x)), y: try #require(Base64URL.decode(y))))
        let members = try decode(key)
        #expect(
            members == [
                "kty": "EC", "kid": key.id.rawValue, "use": "sig", "alg": "ES256", "crv": "P-256", "x": x, "y": y,
            ])
        #expect(key.id.rawValue == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s")
    }

    @Test("The example of RFC 8037 appendix A.2 has the thumbprint of A.3")
    func okpMembers() throws {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        let key = PublicJWK(.ed25519(x: try #require(Base64URL.decode(x))))
        let members = try decode(key)
        #expect(
            members == ["kty": "OKP", "kid": key.id.rawValue, "use": "sig", "alg": "EdDSA", "crv": "Ed25519", "x": x])
        #expect(key.id.rawValue == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test("RFC 9964: an ML-DSA key tells its algorithm, and its thumbprint covers it")
    func akpMembers() throws {
        let publicKey = [UInt8](repeating: 7, count: 1952)
        let key = PublicJWK(.mlDSA65(publicKey: publicKey))
        #expect(
            try decode(key) == [
                "kty": "AKP", "kid": key.id.rawValue, "use": "sig", "alg": "ML-DSA-65",
                "pub": Base64URL.encode(publicKey),
            ])
        let members = #"{"alg":"ML-DSA-65","kty":"AKP","pub":"\#(Base64URL.encode(publicKey))"}"#
        #expect(key.id.rawValue == Base64URL.encode(Array(SHA256.hash(data: Array(members.utf8)))))
    }

    @Test("A set is an object with `keys`")
    func set() throws {
        let key = try exampleKey()
        let json = try JSONEncoder().encode(PublicJWKSet([key, key]))
        let set = try JSONDecoder().decode([String: [[String: String]]].self, from: json)
        #expect(set["keys"]?.map { $0["kid"] } == [key.id.rawValue, key.id.rawValue])
    }

    private func decode(_ key: PublicJWK) throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: JSONEncoder().encode(key))
    }
}
