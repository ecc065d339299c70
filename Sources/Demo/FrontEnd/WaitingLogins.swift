import FoundationEssentials
import Synchronization

/// A login whose tokens have not been handed over yet.
struct WaitingLogin: Sendable {
    let tokens: PoolTokens
    let payload: String
    let since: Date
}

/// Logins that wait, for a minute, for a browser without scripts to press the button.
final class WaitingLogins: Sendable {
    private let logins = Mutex<[String: WaitingLogin]>([:])

    private static let patience = 60.0

    func keep(_ login: WaitingLogin, under ticket: String) {
        logins.withLock { logins in
            logins = logins.filter { login.since.timeIntervalSince($0.value.since) < WaitingLogins.patience }
            logins[ticket] = login
        }
    }

    /// Gives out the login once.
    func take(_ ticket: String, now: Date) -> WaitingLogin? {
        let login = logins.withLock { $0.removeValue(forKey: ticket) }
        return login.flatMap { now.timeIntervalSince($0.since) < WaitingLogins.patience ? $0 : nil }
    }
}
