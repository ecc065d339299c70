import Crypto

/// A public key that verifies our signatures, as clients read it (RFC 7517 §4).
package struct PublicJWK: Hashable, Sendable {
    /// The key itself (RFC 7518 §6, RFC 8037 §2, RFC 9964 §3). Integers are big-endian; coordinates fill 32 bytes.
    package enum Material: Hashable, Sendable {
        /// Modulus and exponent without leading zeros.
        case rsa(modulus: [UInt8], exponent: [UInt8])
        case p256(x: [UInt8], y: [UInt8])
        case ed25519(x: [UInt8])
        /// The encoded public key of FIPS 204: 1,952 bytes.
        case mlDSA65(publicKey: [UInt8])
    }

    package let id: KeyID
    package let material: Material

    /// Names the key by its thumbprint, so that an id can never mean two keys.
    package init(_ material: Material) {
        self.material = material
        id = KeyID(rawValue: Base64URL.encode(material.thumbprint))
    }

    package var algorithm: SignatureAlgorithm {
        switch material {
        case .rsa: .rs256
        case .p256: .es256
        case .ed25519: .edDSA
        case .mlDSA65: .mlDSA65
        }
    }
}

extension PublicJWK.Material {
    /// The SHA-256 thumbprint (RFC 7638 §3, RFC 8037 §2, RFC 9964 §6): 32 bytes.
    package var thumbprint: [UInt8] {
        let json =
            switch self {
            case .rsa(let modulus, let exponent):
                #"{"e":"\#(Base64URL.encode(exponent))","kty":"RSA","n":"\#(Base64URL.encode(modulus))"}"#
            case .p256(let x, let y):
                #"{"crv":"P-256","kty":"EC","x":"\#(Base64URL.encode(x))","y":"\#(Base64URL.encode(y))"}"#
            case .ed25519(let x):
                #"{"crv":"Ed25519","kty":"OKP","x":"\#(Base64URL.encode(x))"}"#
            case .mlDSA65(let publicKey):
                #"{"alg":"ML-DSA-65","kty":"AKP","pub":"\#(Base64URL.encode(publicKey))"}"#
            }
        return SHA256.hash(data: Array(json.utf8)).byteArray
    }
}

extension PublicJWK: Encodable {
    private enum Member: String, CodingKey {
        case keyType = "kty"
        case keyID = "kid"
        case use
        case algorithm = "alg"
        case modulus = "n"
        case exponent = "e"
        case curve = "crv"
        case x
        case y
        case publicKey = "pub"
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(id, forKey: .keyID)
        try members.encode("sig", forKey: .use)
        try members.encode(algorithm, forKey: .algorithm)
        switch material {
        case .rsa(let modulus, let exponent):
            try members.encode("RSA", forKey: .keyType)
            try members.encode(Base64URL.encode(modulus), forKey: .modulus)
            try members.encode(Base64URL.encode(exponent), forKey: .exponent)
        case .p256(let x, let y):
            try members.encode("EC", forKey: .keyType)
            try members.encode("P-256", forKey: .curve)
            try members.encode(Base64URL.encode(x), forKey: .x)
            try members.encode(Base64URL.encode(y), forKey: .y)
        case .ed25519(let x):
            try members.encode("OKP", forKey: .keyType)
            try members.encode("Ed25519", forKey: .curve)
            try members.encode(Base64URL.encode(x), forKey: .x)
        case .mlDSA65(let publicKey):
            try members.encode("AKP", forKey: .keyType)
            try members.encode(Base64URL.encode(publicKey), forKey: .publicKey)
        }
    }
}

/// The document at `/oauth2/jwks` (RFC 7517 §5).
package struct PublicJWKSet: Hashable, Sendable, Encodable {
    package let keys: [PublicJWK]

    package init(_ keys: [PublicJWK]) {
        self.keys = keys
    }
}
