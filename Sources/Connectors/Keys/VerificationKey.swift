import JWTKit

/// One public key with the one algorithm it is used with.
///
/// Every key gets a `JWTKeyCollection` of its own: a shared one answers an unknown `kid` with whichever key came first.
struct VerificationKey: Sendable {
    let algorithm: UpstreamAlgorithm
    private let verifier: any JWTAlgorithm

    /// Longest RSA modulus in bytes: beyond this one signature costs too much to check.
    private static let maximumModulusLength = 1024

    /// Reads `key` for `algorithm`; `nil` where it is broken, too weak (RSA under 2048 bits) or too large.
    init?(_ key: PublishedKey, _ algorithm: UpstreamAlgorithm) async {
        guard key.fits(algorithm) else { return nil }
        let collection = JWTKeyCollection()
        do {
            switch algorithm {
            case .rs256: try await collection.add(rsa: Self.rsa(key), digestAlgorithm: .sha256)
            case .rs384: try await collection.add(rsa: Self.rsa(key), digestAlgorithm: .sha384)
            case .rs512: try await collection.add(rsa: Self.rsa(key), digestAlgorithm: .sha512)
            case .ps256: try await collection.add(pss: Self.rsa(key), digestAlgorithm: .sha256)
            case .ps384: try await collection.add(pss: Self.rsa(key), digestAlgorithm: .sha384)
            case .ps512: try await collection.add(pss: Self.rsa(key), digestAlgorithm: .sha512)
            case .es256: try await collection.add(ecdsa: ES256PublicKey(parameters: Self.point(key)))
            case .es384: try await collection.add(ecdsa: ES384PublicKey(parameters: Self.point(key)))
            case .es512: try await collection.add(ecdsa: ES512PublicKey(parameters: Self.point(key)))
            case .edDSA:
                guard let x = key.x else { return nil }
                try await collection.add(eddsa: EdDSA.PublicKey(x: x, curve: .ed25519))
            }
            verifier = try await collection.getKey()
        } catch {
            return nil
        }
        self.algorithm = algorithm
    }

    func verifies(_ signature: [UInt8], of input: [UInt8]) -> Bool {
        (try? verifier.verify(signature, signs: input)) ?? false
    }

    private struct Unreadable: Error {}

    private static func rsa(_ key: PublishedKey) throws -> JWTKit.Insecure.RSA.PublicKey {
        guard let n = key.n, let e = key.e, n.utf8.count <= maximumModulusLength * 4 / 3 + 2, e.utf8.count <= 8 else {
            throw Unreadable()
        }
        return try JWTKit.Insecure.RSA.PublicKey(modulus: n, exponent: e)
    }

    private static func point(_ key: PublishedKey) throws -> ECDSAParameters {
        guard let x = key.x, let y = key.y, x.utf8.count <= 128, y.utf8.count <= 128 else { throw Unreadable() }
        return (x: x, y: y)
    }
}
