import Crypto
package import OAuth

/// A private key that signs our tokens. Its id is the RFC 7638 thumbprint of its public half.
package struct SigningKey: Sendable {
    /// Why stored bytes are no key to sign with.
    package enum Flaw: Error, Equatable, Sendable {
        /// No private key of the kind the algorithm needs.
        case unreadable
        /// RSA under 2048 bits (RFC 7518 §3.3), or so long that signing would take too long.
        case wrongSize(bits: Int)
        /// The key is intact but has another id than it is stored under.
        case otherKey
    }

    private enum Material {
        case rsa(RSAPrivateKey)
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case mlDSA65(MLDSA65.PrivateKey)
    }

    package let publicJWK: PublicJWK
    private let material: Material
    private let headers: [JWSHeader.TokenType: JWSHeader]

    package var id: KeyID { publicJWK.id }
    package var algorithm: SignatureAlgorithm { publicJWK.algorithm }

    private init(_ material: Material) throws(LibcryptoError) {
        self.material = material
        switch material {
        case .rsa(let key):
            let numbers = try key.publicNumbers()
            publicJWK = PublicJWK(.rsa(modulus: numbers.modulus, exponent: numbers.exponent))
        case .p256(let key):
            let coordinates = Array(key.publicKey.rawRepresentation)
            publicJWK = PublicJWK(.p256(x: Array(coordinates.prefix(32)), y: Array(coordinates.suffix(32))))
        case .ed25519(let key):
            publicJWK = PublicJWK(.ed25519(x: Array(key.publicKey.rawRepresentation)))
        case .mlDSA65(let key):
            publicJWK = PublicJWK(.mlDSA65(publicKey: Array(key.publicKey.rawRepresentation)))
        }
        let jwk = publicJWK
        let headers = JWSHeader.TokenType.allCases.map { type in
            (type, JWSHeader(algorithm: jwk.algorithm, keyID: jwk.id, type: type))
        }
        self.headers = Dictionary(uniqueKeysWithValues: headers)
    }

    /// Makes a new key. An RSA key has 2048 bits and costs tens to hundreds of milliseconds of CPU time.
    package static func generate(_ algorithm: SignatureAlgorithm) throws -> SigningKey {
        switch algorithm {
        case .rs256: try SigningKey(.rsa(.generate(bits: 2048)))
        case .es256: try SigningKey(.p256(P256.Signing.PrivateKey()))
        case .edDSA: try SigningKey(.ed25519(Curve25519.Signing.PrivateKey()))
        case .mlDSA65: try SigningKey(.mlDSA65(MLDSA65.PrivateKey()))
        }
    }

    /// Reads a key that was stored as `privateBytes` under `id`.
    package init(privateBytes: [UInt8], algorithm: SignatureAlgorithm, id: KeyID) throws(Flaw) {
        let key: SigningKey
        do {
            switch algorithm {
            case .rs256: key = try SigningKey(.rsa(RSAPrivateKey(pkcs8: privateBytes)))
            case .es256: key = try SigningKey(.p256(P256.Signing.PrivateKey(derRepresentation: privateBytes)))
            case .edDSA: key = try SigningKey(.ed25519(Curve25519.Signing.PrivateKey(pkcs8: privateBytes)))
            case .mlDSA65:
                key = try SigningKey(
                    .mlDSA65(MLDSA65.PrivateKey(seedRepresentation: privateBytes, publicKey: nil)))
            }
        } catch {
            throw .unreadable
        }
        try key.checkSize()
        guard key.id == id else { throw .otherKey }
        self = key
    }

    private func checkSize() throws(Flaw) {
        switch material {
        case .rsa(let key):
            guard (2048...8192).contains(key.bits) else { throw .wrongSize(bits: key.bits) }
        case .p256, .ed25519, .mlDSA65:
            break
        }
    }

    /// The private key as PKCS#8 DER (RFC 5208 §5), or the 32 bytes an ML-DSA key is made of (RFC 9964 §3, `priv`). It
    /// is only ever stored sealed.
    package func privateBytes() throws(LibcryptoError) -> [UInt8] {
        switch material {
        case .rsa(let key): try key.pkcs8()
        case .p256(let key): Array(key.derRepresentation)
        case .ed25519(let key): key.pkcs8
        case .mlDSA65(let key): Array(key.seedRepresentation)
        }
    }

    /// Signs `input`: `RS256` (RFC 7518 §3.3), `ES256` as R ‖ S (RFC 7518 §3.4), `EdDSA`
    /// (RFC 8037 §3.1), or `ML-DSA-65` with an empty context (RFC 9964 §2).
    package func sign(_ input: [UInt8]) throws -> [UInt8] {
        switch material {
        case .rsa(let key): try key.signature(of: input)
        case .p256(let key): try key.signature(for: SHA256.hash(data: input)).rawRepresentation.byteArray
        case .ed25519(let key): try key.signature(for: input).byteArray
        case .mlDSA65(let key): try key.signature(for: input).byteArray
        }
    }

    /// Whether `signature` is this key's of `input`, in the form ``sign(_:)`` gives it.
    func isSignature(_ signature: [UInt8], of input: [UInt8]) -> Bool {
        switch material {
        case .rsa(let key): return key.isSignature(signature, of: input)
        case .p256(let key):
            guard let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.publicKey.isValidSignature(parsed, for: SHA256.hash(data: input))
        case .ed25519(let key): return key.publicKey.isValidSignature(signature, for: input)
        case .mlDSA65(let key): return key.publicKey.isValidSignature(signature, for: input)
        }
    }

    /// The header of every token of the given type that this key signs.
    func header(_ type: JWSHeader.TokenType) -> JWSHeader {
        headers[type] ?? JWSHeader(algorithm: algorithm, keyID: id, type: type)
    }

    /// Signs `payload`, a JSON object, as a token of the given type (RFC 7515 §3.1).
    package func token(_ type: JWSHeader.TokenType, payload: [UInt8]) throws -> String {
        let input = JWS.signingInput(header: header(type), payload: payload)
        let signature = try sign(input)
        return JWS.compact(input, signature: signature)
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<signing key \(id)>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Curve25519.Signing.PrivateKey {
    /// What stands before the 32 bytes of a key, whose length is always the same (RFC 8410 §7).
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    fileprivate var pkcs8: [UInt8] { Self.prefix + rawRepresentation }

    fileprivate init(pkcs8 bytes: [UInt8]) throws {
        guard bytes.starts(with: Self.prefix) else { throw SigningKey.Flaw.unreadable }
        try self.init(rawRepresentation: bytes.dropFirst(Self.prefix.count))
    }
}
