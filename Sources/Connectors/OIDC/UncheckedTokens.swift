import FoundationEssentials
import OAuth
import Synchronization

/// Tokens that came of a refresh when nobody could say at once whether they are good and whose they are.
///
/// A refresh token that works only once is gone by then: asking again has to go on from here, or a provider's bad
/// minute would log the person out. They are kept in memory alone, for ten minutes.
final class UncheckedTokens: Sendable {
    private struct Entry {
        let tokens: IssuedTokens
        let until: Date
    }

    private static let maximumCount = 1000
    /// Seconds.
    private static let lifetime = 600.0

    private let entries = Mutex<[Secret: Entry]>([:])

    /// What `check` makes of the tokens that `redeem` gets for `refreshToken`, or that an earlier call has got for it.
    func settle<Value>(
        _ refreshToken: Secret, at now: Date, redeem: () async throws(ConnectorError) -> IssuedTokens,
        check: (IssuedTokens) async throws(ConnectorError) -> Value
    ) async throws(ConnectorError) -> Value {
        let issued: IssuedTokens
        if let waiting = take(refreshToken, at: now) {
            issued = waiting
        } else {
            issued = try await redeem()
        }
        do throws(ConnectorError) {
            return try await check(issued)
        } catch {
            if error.leavesOpen { keep(issued, for: refreshToken, at: now) }
            throw error
        }
    }

    private func take(_ refreshToken: Secret, at now: Date) -> IssuedTokens? {
        entries.withLock { entries in
            guard let entry = entries.removeValue(forKey: refreshToken), entry.until > now else { return nil }
            return entry.tokens
        }
    }

    private func keep(_ tokens: IssuedTokens, for refreshToken: Secret, at now: Date) {
        entries.withLock { entries in
            if entries.count >= Self.maximumCount { entries = entries.filter { $0.value.until > now } }
            guard entries.count < Self.maximumCount else { return }
            entries[refreshToken] = Entry(tokens: tokens, until: now.addingTimeInterval(Self.lifetime))
        }
    }
}

extension ConnectorError {
    /// Whether the same tokens may prove good later: the provider, or a key it has only just begun to use, was out of
    /// reach.
    fileprivate var leavesOpen: Bool {
        switch self {
        case .unavailable, .misbehaved, .untrusted(.unknownKey): true
        case .refused, .notAdmitted, .grantEnded, .untrusted: false
        }
    }
}
