import CArgon2

/// libargon2 could not hash, mostly for want of memory. It holds libargon2's error code, never the password.
package struct Argon2Failure: Error, Equatable, Sendable {
    package let code: Int32
}

extension Argon2Failure: CustomStringConvertible {
    package var description: String { "argon2: \(unsafe String(cString: argon2_error_message(code)))" }
}

/// Argon2id itself (RFC 9106). It occupies its thread for as long as ``Argon2Parameters`` say.
enum Argon2 {
    static func hash(
        _ password: [UInt8], salt: [UInt8], parameters: Argon2Parameters, byteCount: Int
    ) throws(Argon2Failure) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: byteCount)
        let code = unsafe argon2id_hash_raw(
            UInt32(parameters.iterations), UInt32(parameters.memoryKiB), UInt32(parameters.parallelism),
            password, password.count, salt, salt.count, &tag, tag.count)
        guard code == ARGON2_OK.rawValue else { throw Argon2Failure(code: code) }
        return tag
    }
}
