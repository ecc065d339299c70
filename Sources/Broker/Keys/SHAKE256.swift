import COpenSSL

/// SHAKE256 (FIPS 202 §6.2).
enum SHAKE256 {
    /// The first `count` bytes of what `input` hashes to.
    static func hash(_ input: [UInt8], count: Int) throws(LibcryptoError) -> [UInt8] {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_DigestInit_ex(context, EVP_shake256(), nil) == 1,
            unsafe EVP_DigestUpdate(context, input, input.count) == 1,
            unsafe EVP_DigestFinalXOF(context, &output, count) == 1
        else { throw LibcryptoError("hashing") }
        return output
    }
}
