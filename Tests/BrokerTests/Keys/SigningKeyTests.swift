import Crypto
import Foundation
import JWTKit
import OAuth
import Storage
import Testing

@testable import Broker

@Suite("RFC 7518: signing keys")
struct SigningKeyTests {
    private struct Claims: JWTPayload, Equatable {
        var sub: String
        func verify(using algorithm: some JWTAlgorithm) {}
    }

    @Test(
        "A token is accepted by a verifier that has only the published key set", arguments: SignatureAlgorithm.standing)
    func verifiedElsewhere(_ algorithm: SignatureAlgorithm) async throws {
        let key = try SigningKey.generate(algorithm)
        let other = try SigningKey.generate(algorithm)
        let published = try JSONEncoder().encode(PublicJWKSet([key.publicJWK]))
        let verifier = try await JWTKeyCollection().add(
            jwks: JSONDecoder().decode(JWKS.self, from: published))
        let token = try key.token(.accessToken, payload: Array(#"{"sub":"anna"}"#.utf8))

        #expect(try await verifier.verify(token, as: Claims.self) == Claims(sub: "anna"))
        let forged = try other.token(.accessToken, payload: Array(#"{"sub":"anna"}"#.utf8))
        await #expect(throws: JWTError.self) { try await verifier.verify(forged, as: Claims.self) }
    }

    @Test("The header names algorithm, key and type", arguments: SignatureAlgorithm.allCases)
    func header(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let token = try key.token(.idToken, payload: [])
        let header = try #require(token.split(separator: ".").first.flatMap { Base64URL.decode($0) })
        let members = try JSONDecoder().decode([String: String].self, from: Data(header))
        #expect(members == ["alg": algorithm.rawValue, "kid": key.id.rawValue, "typ": "JWT"])
        #expect(key.algorithm == algorithm)
        #expect(key.id.rawValue.utf8.count == 43)
    }

    @Test("A key that was stored signs as before", arguments: SignatureAlgorithm.allCases)
    func stored(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let again = try SigningKey(privateBytes: try key.privateBytes(), algorithm: algorithm, id: key.id)
        #expect(again.publicJWK == key.publicJWK)
        #expect(try again.privateBytes() == key.privateBytes())
        #expect(try again.sign([1, 2, 3]).count == key.sign([1, 2, 3]).count)
    }

    @Test("RS256 is deterministic and 256 bytes long; ES256 is R ‖ S")
    func signatureShapes() throws {
        let rsa = try SigningKey.generate(.rs256)
        #expect(try rsa.sign([1]) == rsa.sign([1]))
        #expect(try rsa.sign([1]).count == 256)
        let ec = try SigningKey.generate(.es256)
        #expect(try ec.sign([1]).count == 64)
        #expect(try SigningKey.generate(.edDSA).sign([1]).count == 64)
    }

    @Test("One RSA key signs on many threads at once")
    func concurrency() async throws {
        let key = try SigningKey.generate(.rs256)
        let expected = try key.sign([7])
        let equal = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<32 {
                group.addTask { try key.sign([7]) == expected }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(equal == 32)
    }

    @Test("A key that is stored under another id is refused")
    func otherID() throws {
        let key = try SigningKey.generate(.es256)
        let bytes = try key.privateBytes()
        #expect(throws: SigningKey.Flaw.otherKey) {
            try SigningKey(privateBytes: bytes, algorithm: .es256, id: KeyID(rawValue: "other"))
        }
    }

    @Test("An RSA key of 1024 bits is refused (RFC 7518 §3.3)")
    func shortKey() throws {
        let short = try RSAPrivateKey.generate(bits: 1024)
        let bytes = try short.pkcs8()
        #expect(throws: SigningKey.Flaw.wrongSize(bits: 1024)) {
            try SigningKey(privateBytes: bytes, algorithm: .rs256, id: KeyID(rawValue: "any"))
        }
    }

    @Test("A key of one algorithm is no key of another, and damaged bytes are none of any")
    func unreadable() throws {
        let rsa = try SigningKey.generate(.rs256)
        let ec = try SigningKey.generate(.es256)
        let rsaBytes = try rsa.privateBytes()
        let ed = try SigningKey.generate(.edDSA).privateBytes()
        let hopeless: [(SignatureAlgorithm, [UInt8])] = [
            (.rs256, try ec.privateBytes()), (.es256, rsaBytes), (.rs256, []), (.es256, []),
            (.rs256, rsaBytes.dropLast()), (.rs256, rsaBytes + [0]), (.rs256, Array(rsaBytes.reversed())),
            (.rs256, [UInt8](repeating: 0x30, count: 64)), (.edDSA, ed.dropLast()), (.edDSA, ed + [0]),
            (.edDSA, [UInt8](repeating: 0x30, count: 48)), (.edDSA, try ec.privateBytes()),
            (.mlDSA65, []), (.mlDSA65, ed), (.mlDSA65, [UInt8](repeating: 0, count: 31)),
        ]
        for (algorithm, bytes) in hopeless {
            #expect(throws: SigningKey.Flaw.unreadable) {
                try SigningKey(privateBytes: bytes, algorithm: algorithm, id: rsa.id)
            }
        }
    }

    /// Made with Python's `cryptography` 50: the key of 32 zero bytes, as in the examples of RFC 9964 appendix A, and the
    /// thumbprint of its public half.
    @Test("RFC 9964: an ML-DSA key is made of 32 bytes, as other implementations make it")
    func seed() throws {
        let id = KeyID(rawValue: "Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM")
        let key = try SigningKey(
            privateBytes: [UInt8](repeating: 0, count: 32), algorithm: .mlDSA65, id: id)
        #expect(try key.privateBytes() == [UInt8](repeating: 0, count: 32))
        let signature = try key.sign([1, 2, 3])
        #expect(signature.count == 3309)
        #expect(key.isSignature(signature, of: [1, 2, 3]))
        #expect(!key.isSignature(signature, of: [1, 2, 4]))
        #expect(!key.isSignature(signature.dropLast(), of: [1, 2, 3]))
    }

    @Test("FIPS 202: SHAKE256 of nothing")
    func shake() throws {
        let hash = try SHAKE256.hash([], count: 64).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        #expect(hash.joined().hasPrefix("46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"))
        #expect(hash.count == 64)
    }

    @Test("libcrypto's reason reaches the log, and its queue is left empty")
    func reasons() throws {
        let ec = try SigningKey.generate(.es256).privateBytes()
        let failure = #expect(throws: LibcryptoError.self) { try RSAPrivateKey(pkcs8: ec) }
        #expect(failure?.operation == "reading a private key that is not RSA")
        #expect(LibcryptoError("nothing").reason == nil)
    }

    @Test("Nothing that is printed shows the private key", arguments: SignatureAlgorithm.allCases)
    func redaction(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        var printed = "\(key)" + String(reflecting: key)
        dump(key, to: &printed)
        #expect(
            Set(printed.split(separator: "\n")).isSubset(of: [
                "<signing key \(key.id)><signing key \(key.id)>- <signing key \(key.id)>"
            ]))
    }
}

@Suite("Signing keys at rest")
struct StoredSigningKeyTests {
    private let ring: KeyRing
    private let salt: RandomBytes<Bits128>

    init() throws {
        var generator = SystemRandomNumberGenerator()
        ring = try KeyRing([MasterKey(RandomBytes(from: &generator))])
        salt = RandomBytes(from: &generator)
    }

    @Test("A sealed key opens as itself", arguments: SignatureAlgorithm.allCases)
    func roundTrip(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let stored = try key.stored(
            in: .next, createdAt: Date(timeIntervalSince1970: 1_800_000_000),
            signsFrom: Date(timeIntervalSince1970: 1_800_000_000), sealedBy: ring, salt: salt)
        #expect(stored.state == .next)
        #expect(stored.id == key.id)
        #expect(try SigningKey(stored, openedBy: ring).publicJWK == key.publicJWK)
    }

    @Test("A row with another key's private half is refused")
    func swapped() throws {
        let left = try SigningKey.generate(.es256)
        let right = try SigningKey.generate(.es256).stored(
            in: .active, createdAt: Date(timeIntervalSince1970: 0), signsFrom: Date(timeIntervalSince1970: 0),
            sealedBy: ring, salt: salt)
        let swapped = StoredSigningKey(
            id: left.id, algorithm: .es256, state: .active, sealedPrivateKey: right.sealedPrivateKey,
            createdAt: right.createdAt, signsFrom: right.signsFrom)
        #expect(throws: SigningKey.Flaw.otherKey) { try SigningKey(swapped, openedBy: ring) }
    }

    @Test("Without the master key nothing opens")
    func otherMasterKey() throws {
        var generator = SystemRandomNumberGenerator()
        let stranger = try KeyRing([MasterKey(RandomBytes(from: &generator))])
        let stored = try SigningKey.generate(.es256).stored(
            in: .active, createdAt: Date(timeIntervalSince1970: 0), signsFrom: Date(timeIntervalSince1970: 0),
            sealedBy: ring, salt: salt)
        #expect(throws: SealingFlaw.unknownKey) { try SigningKey(stored, openedBy: stranger) }
    }
}
