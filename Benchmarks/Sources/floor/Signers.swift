import CFloor
import Crypto
import Foundation

/// As many bytes as an ID token has before its signature.
private let input = [UInt8](repeating: UInt8(ascii: "x"), count: 640)

/// Signs as the product does for `ES256`: swift-crypto's P-256.
struct ECDSASigner {
    private let key = P256.Signing.PrivateKey()

    func sign() throws {
        _ = try key.signature(for: input).rawRepresentation
    }
}

/// Signs as the product does for `RS256`: libcrypto, 2048 bits.
///
/// Safe, because its pointer comes from libcrypto and lives as long as the process.
@safe struct RSASigner {
    struct Failure: Error {}

    private let key: OpaquePointer

    init() throws {
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw Failure() }
        unsafe self.key = key
    }

    func sign() throws {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var count = 256
        var signature = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, input, input.count) == 1
        else { throw Failure() }
    }
}
