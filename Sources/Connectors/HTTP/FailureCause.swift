import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What went wrong below HTTP, in words that hold nothing of what was sent.
enum FailureCause {
    static func words(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout: "could not be connected to in time"
        case let error as HTTPClientError where error == .deadlineExceeded: "gave no complete answer in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed: "closed the connection too soon"
        // Its full description could hold header fields.
        case let error as HTTPClientError: "could not be asked: \(error.shortDescription)"
        case let error as NIOConnectionError: words(for: error)
        case let error as IOError: "could not be reached: \(reason(of: error))"
        case HTTPParserError.invalidEOFState: "closed the connection too soon"
        case let error as HTTPParserError: "did not answer with HTTP: \(error)"
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "has a certificate for another name"
        case let error as NIOSSLError: words(forTLS: "\(error)")
        case let error as BoringSSLError: words(forTLS: "\(error)")
        case is NIOSSLExtraError: "failed in its TLS handshake"
        case is PrivatePeer: "leads to an address that is not public"
        default: "did not answer with HTTP: \(type(of: error))"
        }
    }

    private static func words(for error: NIOConnectionError) -> String {
        guard let refusal = error.connectionErrors.first else { return "has a name that cannot be resolved" }
        guard let error = refusal.error as? IOError else { return "could not be reached" }
        return "could not be reached: \(reason(of: error))"
    }

    /// The operating system's words alone: `connect: Connection refused) (errno: 111)` holds them in the middle.
    private static func reason(of error: IOError) -> String {
        let words = "\(error)".split(separator: ": ", maxSplits: 1).last ?? ""
        return String(words.prefix { $0 != ")" })
    }

    private static func words(forTLS error: String) -> String {
        error.contains("CERTIFICATE_VERIFY_FAILED")
            ? "has a certificate that is not trusted: of another authority, expired, or not for servers"
            : "failed in its TLS handshake"
    }
}
