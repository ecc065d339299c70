import Crypto
import CryptoExtras
import FoundationEssentials
import OAuth

/// One RSA key of the simulated provider.
struct ProviderKey: Sendable {
    let id: String
    private let privateKey: _RSA.Signing.PrivateKey

    /// Makes a new key of 2048 bits.
    init() throws {
        privateKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        id = Base64URL.encode(SHA256.hash(data: try privateKey.publicKey.getKeyPrimitives().modulus))
    }

    /// RS256 (RFC 7518 §3.3).
    func signature(for bytes: [UInt8]) throws -> [UInt8] {
        Array(try privateKey.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
    }

    /// The public half as text, which a careless verifier can be talked into using as an HMAC key.
    var publicPEM: String { privateKey.publicKey.pemRepresentation }

    /// The public half as a JWK (RFC 7517).
    func publicJWK() throws -> [String: JSONValue] {
        let primitives = try privateKey.publicKey.getKeyPrimitives()
        return [
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": .string(id),
            "n": .string(Base64URL.encode(primitives.modulus)),
            "e": .string(Base64URL.encode(primitives.publicExponent)),
        ]
    }
}
