import HummingbirdCore

/// A request with its whole body, and what is to become of the connection.
struct ReceivedRequest: Sendable {
    /// What the peer wants of the connection once this request is answered (RFC 9112 §9.3).
    enum Afterwards: Sendable {
        case goOn
        case close
    }

    let request: Request
    let afterwards: Afterwards
}
