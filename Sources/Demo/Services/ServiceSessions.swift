import FoundationEssentials
import Synchronization

/// A login that a browser has begun at a service.
struct PendingLogin: Sendable {
    let state: String
    let nonce: String
    /// The PKCE code verifier, 43 characters (RFC 7636 §4.1).
    let verifier: String
    let metadata: BrokerMetadata
}

/// Somebody logged in at a service.
struct SignedIn: Sendable {
    var tokens: TokenSet
    let metadata: BrokerMetadata
}

/// A service's own sessions, in memory.
final class ServiceSessions: Sendable {
    /// What a browser is up to.
    enum Session: Sendable {
        case pending(PendingLogin)
        case signedIn(SignedIn)
    }

    private struct Entry: Sendable {
        let session: Session
        let since: Date
    }

    private let entries = Mutex<[String: Entry]>([:])

    private static let lifetime = 86_400.0

    /// The session under `id`.
    subscript(id: String) -> Session? { entries.withLock { $0[id]?.session } }

    /// Keeps `session` under `id`, and forgets those that are a day old.
    func keep(_ session: Session, under id: String, now: Date) {
        entries.withLock { entries in
            entries = entries.filter { now.timeIntervalSince($0.value.since) < ServiceSessions.lifetime }
            entries[id] = Entry(session: session, since: now)
        }
    }

    /// Ends the session under `id` and returns what it was.
    @discardableResult func end(_ id: String) -> Session? {
        entries.withLock { $0.removeValue(forKey: id)?.session }
    }
}
