import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Slows down guessing: after a few failures each further one doubles the wait, per account and per address.
struct LoginThrottle: Sendable {
    private let store: any Store

    /// Failures that cost nothing: a person mistypes, an address is shared by many.
    private static let freePerAccount = 5
    private static let freePerAddress = 50
    /// Longest wait, in seconds.
    private static let longestWait = 900
    /// Seconds of quiet after which failures are forgotten.
    private static let window = 3600

    init(_ store: any Store) {
        self.store = store
    }

    /// The counters of one attempt. One counter per account, whatever spelling of its name was typed (CVE-2025-24806),
    /// and names of accounts that do not exist count just the same.
    struct Keys: Sendable {
        let account: String
        let address: String

        init(userNameKey: String, address: String) {
            account = "account:" + userNameKey
            self.address = "address:" + NetworkAddress.block(of: address)
        }
    }

    /// Counts an attempt before its password is looked at, unless it has to wait; the seconds to wait, or 0.
    ///
    /// Counted first, so that guesses sent all at once do not outrun the count, and so that having to wait tells
    /// nothing about the password.
    func count(_ keys: Keys, at now: Date) async throws -> Int {
        try await store.countAttempt(of: [keys.account, keys.address], at: now, window: Self.window) { failures in
            max(
                Self.wait(after: failures[keys.account], free: Self.freePerAccount, at: now),
                Self.wait(after: failures[keys.address], free: Self.freePerAddress, at: now))
        }
    }

    /// The right password: the account starts anew, the address only gets this attempt back, or one good password would
    /// buy an attacker a fresh start.
    func succeeded(_ keys: Keys) async throws {
        try await store.settleAttempt(cleared: [keys.account], forgiven: [keys.address])
    }

    /// Nobody looked at the password: the attempt does not count.
    func withdrawn(_ keys: Keys) async throws {
        try await store.settleAttempt(cleared: [], forgiven: [keys.account, keys.address])
    }

    private static func wait(after failures: LoginFailures?, free: Int, at now: Date) -> Int {
        guard let failures, failures.count >= free else { return 0 }
        let doublings = min(failures.count - free, 20)
        let pause = min(longestWait, 1 << doublings)
        let until = failures.lastAt.addingTimeInterval(Double(pause))
        return max(0, Int(until.timeIntervalSince(now).rounded(.up)))
    }
}
