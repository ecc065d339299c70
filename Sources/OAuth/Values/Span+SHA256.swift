import Crypto

extension Span<UInt8> {
    /// The SHA-256 hash of the bytes (FIPS 180-4 §6.2): 32 bytes.
    package var sha256: [UInt8] {
        var hasher = SHA256()
        unsafe withUnsafeBytes { bytes in unsafe hasher.update(bufferPointer: bytes) }
        return hasher.finalize().byteArray
    }
}
