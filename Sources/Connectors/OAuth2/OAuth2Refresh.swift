import FoundationEssentials
import OAuth
import Synchronization

/// Refreshes the tokens of a provider whose own interface says who they are about (RFC 6749 §6).
final class OAuth2Refresh: TokenRefresh {
    private let tokens: TokenEndpoint
    private let endpoint: UpstreamEndpoint
    private let people: any PersonSource
    private let unchecked = Mutex(UncheckedTokens())

    init(_ tokens: TokenEndpoint, at endpoint: UpstreamEndpoint, people: any PersonSource) {
        self.tokens = tokens
        self.endpoint = endpoint
        self.people = people
    }

    func refresh(
        _ tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens {
        guard let refreshToken = tokens.refreshToken else {
            throw .misbehaved(cause: "\(endpoint) gave no refresh token")
        }
        let issued: IssuedTokens
        if let waiting = unchecked.withLock({ $0.take(refreshToken, at: now) }) {
            issued = waiting
        } else {
            issued = try await redeem(refreshToken, at: now)
        }
        let person: UpstreamPerson
        do throws(ConnectorError) {
            person = try await people.person(with: issued.accessToken)
        } catch {
            switch error {
            case .unavailable, .misbehaved: unchecked.withLock { $0.keep(issued, for: refreshToken, at: now) }
            case .refused, .notAdmitted, .grantEnded, .untrusted: break
            }
            throw error
        }
        try person.require(subject)
        var fresh = UpstreamTokens(issued)
        fresh.refreshToken = fresh.refreshToken ?? refreshToken
        fresh.expiresAt = fresh.expiresAt ?? person.tokenExpiry
        return fresh
    }

    private func redeem(_ refreshToken: Secret, at now: Date) async throws(ConnectorError) -> IssuedTokens {
        let grant = [(name: "grant_type", value: "refresh_token"), ("refresh_token", refreshToken.reveal())]
        switch try await tokens.ask(endpoint, for: grant, at: now) {
        case .issued(let issued): return issued
        case .rejected("invalid_grant"): throw .grantEnded
        case .rejected(let code): throw .misbehaved(cause: "\(endpoint) answered \(code)")
        }
    }
}

/// Tokens that came of a refresh when the provider could not say at once whose they are.
///
/// A refresh token that works only once is gone by then: asking again has to go on from here, or a provider's bad
/// minute would log the person out.
private struct UncheckedTokens {
    private struct Entry {
        let tokens: IssuedTokens
        let until: Date
    }

    private static let maximumCount = 1000
    /// Seconds.
    private static let lifetime = 600.0

    private var entries: [Secret: Entry] = [:]

    mutating func take(_ refreshToken: Secret, at now: Date) -> IssuedTokens? {
        guard let entry = entries.removeValue(forKey: refreshToken), entry.until > now else { return nil }
        return entry.tokens
    }

    mutating func keep(_ tokens: IssuedTokens, for refreshToken: Secret, at now: Date) {
        if entries.count >= Self.maximumCount { entries = entries.filter { $0.value.until > now } }
        guard entries.count < Self.maximumCount else { return }
        entries[refreshToken] = Entry(tokens: tokens, until: now.addingTimeInterval(Self.lifetime))
    }
}
