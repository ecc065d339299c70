#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension ContiguousBytes {
    /// The bytes as an array, copied as a whole: going over a digest byte by byte takes longer than making it.
    package var byteArray: [UInt8] { unsafe withUnsafeBytes { bytes in unsafe Array(bytes) } }
}

extension [UInt8] {
    /// Appends what `bytes` holds behind its first `skipped`, copied as a whole.
    package mutating func append(bytes: some ContiguousBytes, skipping skipped: Int = 0) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.dropFirst(skipped)))
        }
    }
}
