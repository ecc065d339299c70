import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Slows down guessing of user codes (RFC 8628 §5.1), as ``LoginThrottle`` does for passwords.
///
/// Beside browser and address, what everybody tries together is counted: a thousand addresses guess no faster than one
/// code a second, which against ten thousand waiting devices finds one in a month of guessing, while each waits for minutes.
struct DeviceThrottle: Sendable {
    private let store: any Store

    /// How many tries cost nothing, and the longest wait after them, in seconds.
    private struct Allowance {
        let key: String
        let free: Int
        let longestWait: Int

        func wait(after failures: LoginFailures?, at now: Date) -> Int {
            guard let failures, failures.count >= free else { return 0 }
            let pause = min(longestWait, 1 << min(failures.count - free, 20))
            let until = failures.lastAt.addingTimeInterval(Double(pause))
            return max(0, Int(until.timeIntervalSince(now).rounded(.up)))
        }
    }

    /// The counters of one try.
    struct Keys: Sendable {
        let browser: String
        let address: String
        let everybody = "device-code"

        init(browser: HandleDigest, address: String) {
            self.browser = "device-code-browser:" + Base64URL.encode(browser.bytes)
            self.address = "device-code-address:" + NetworkAddress.block(of: address)
        }
    }

    /// Seconds of quiet after which tries are forgotten.
    private static let window = 3600

    init(_ store: any Store) {
        self.store = store
    }

    /// Counts a try before its code is looked at, unless it has to wait; the seconds to wait, or 0.
    func count(_ keys: Keys, at now: Date) async throws -> Int {
        let allowances = [
            Allowance(key: keys.browser, free: 5, longestWait: 900),
            Allowance(key: keys.address, free: 20, longestWait: 900),
            Allowance(key: keys.everybody, free: 1000, longestWait: 1),
        ]
        return try await count(allowances, at: now)
    }

    /// The right code: the browser starts anew, the others only get this try back.
    func succeeded(_ keys: Keys) async throws {
        try await store.settleAttempt(cleared: [keys.browser], forgiven: [keys.address, keys.everybody])
    }

    /// Counts a request of a device whose client can prove nothing; the seconds to wait, or 0.
    func countRequest(from address: String, at now: Date) async throws -> Int {
        let key = "device-request:" + NetworkAddress.block(of: address)
        return try await count([Allowance(key: key, free: 100, longestWait: 60)], at: now)
    }

    private func count(_ allowances: [Allowance], at now: Date) async throws -> Int {
        try await store.countAttempt(of: allowances.map(\.key), at: now, window: Self.window) { failures in
            allowances.map { $0.wait(after: failures[$0.key], at: now) }.max() ?? 0
        }
    }
}
