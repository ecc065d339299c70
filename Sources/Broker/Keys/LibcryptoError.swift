import COpenSSL

/// libcrypto refused an operation on a key. It holds libcrypto's reason, never key material.
package struct LibcryptoError: Error, Equatable, Sendable {
    /// What was attempted.
    package let operation: String
    /// libcrypto's words for why, if it gave any.
    package let reason: String?

    /// Takes the oldest error of this thread's queue, and empties the queue.
    init(_ operation: String) {
        self.operation = operation
        let code = ERR_get_error()
        ERR_clear_error()
        reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
    }
}

extension LibcryptoError: CustomStringConvertible {
    package var description: String { "libcrypto: \(operation): \(reason ?? "no reason given")" }
}
