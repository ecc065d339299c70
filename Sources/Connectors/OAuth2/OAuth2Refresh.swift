import FoundationEssentials
import OAuth

/// Refreshes the tokens of a provider whose own interface says who they are about (RFC 6749 §6).
struct OAuth2Refresh: TokenRefresh {
    private let tokens: TokenEndpoint
    private let endpoint: UpstreamEndpoint
    private let people: any PersonSource
    private let unchecked = UncheckedTokens()

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
        return try await unchecked.settle(refreshToken, at: now) { () async throws(ConnectorError) in
            try await self.tokens.redeem(refreshToken, at: endpoint, now: now)
        } check: { (issued) async throws(ConnectorError) in
            let person = try await people.person(with: issued.accessToken)
            try person.require(subject)
            var fresh = UpstreamTokens(issued)
            fresh.refreshToken = fresh.refreshToken ?? refreshToken
            fresh.expiresAt = fresh.expiresAt ?? person.tokenExpiry
            return fresh
        }
    }
}
