import Crypto
import CryptoExtras
import FoundationEssentials
import OAuth

/// A key of a provider in the tests, able to sign whatever it is told to.
struct ForgeKey: Sendable {
    enum Private: Sendable {
        case p256(P256.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    let id: String
    let secret: Private

    static func p256(_ id: String) -> ForgeKey { ForgeKey(id: id, secret: .p256(P256.Signing.PrivateKey())) }

    /// One RSA key for the whole run: making one takes a moment.
    static let rsa = try? ForgeKey(id: "rsa-1", secret: .rsa(_RSA.Signing.PrivateKey(keySize: .bits2048)))

    var algorithm: String {
        switch secret {
        case .p256: "ES256"
        case .rsa: "RS256"
        }
    }

    /// The public half as a JWK, without `alg`.
    var jwk: [String: JSONValue] {
        switch secret {
        case .p256(let key):
            let raw = key.publicKey.rawRepresentation
            return [
                "kty": "EC", "crv": "P-256", "kid": .string(id), "use": "sig",
                "x": .string(Base64URL.encode(raw.prefix(32))), "y": .string(Base64URL.encode(raw.suffix(32))),
            ]
        case .rsa(let key):
            guard let primitives = try? key.publicKey.getKeyPrimitives() else { return [:] }
            return [
                "kty": "RSA", "kid": .string(id), "use": "sig", "n": .string(Base64URL.encode(primitives.modulus)),
                "e": .string(Base64URL.encode(primitives.publicExponent)),
            ]
        }
    }

    func signature(for input: [UInt8]) throws -> [UInt8] {
        switch secret {
        case .p256(let key): Array(try key.signature(for: Data(input)).rawRepresentation)
        case .rsa(let key):
            Array(try key.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }
}

/// A JWT written by hand, so that anything can be wrong with it.
struct ForgedToken {
    var header: [String: JSONValue]
    var claims: [String: JSONValue]
    var sign: ([UInt8]) throws -> [UInt8]

    /// Properly signed with `key`.
    init(_ claims: [String: JSONValue], signedWith key: ForgeKey) {
        header = ["alg": .string(key.algorithm), "kid": .string(key.id), "typ": "JWT"]
        self.claims = claims
        sign = key.signature
    }

    func text() throws -> String {
        let input = [JSONValue.object(header), .object(claims)].map { Base64URL.encode($0.bytes) }
            .joined(separator: ".")
        return try input + "." + Base64URL.encode(sign(Array(input.utf8)))
    }

    func secret() throws -> Secret { Secret(try text()) }
}

extension [String: JSONValue] {
    /// The same with some members changed; nil takes one away.
    func with(_ changes: [String: JSONValue?]) -> [String: JSONValue] {
        var members = self
        for (name, value) in changes { members[name] = value }
        return members
    }
}

extension JSONValue? {
    /// In a table of changes: the member is taken away.
    static var gone: JSONValue? { nil }
}
