import Connectors
import Logging
import OAuth
import Storage

extension RefreshGrant {
    private static let unreachable = OAuthError(
        .temporarilyUnavailable, "The provider cannot be reached. Try again.")

    /// Whether a refresh asks the provider for anything, which cannot be undone.
    func asksUpstream(_ attempt: RefreshAttempt, grant: Grant) -> Bool {
        if attempt.token.upstreamTokens != nil { return true }
        return switch environment.custody(at: grant.login.provider) {
        case .release: false
        case .vault: true
        }
    }

    /// What the provider has in the place of the tokens that the client's refresh token carries; nil if it carries none,
    /// or the provider has nothing to refresh them with.
    @inline(never)
    func refreshedUpstream(_ attempt: RefreshAttempt, grant: Grant) async throws -> UpstreamTokens? {
        guard let old = attempt.token.upstreamTokens else { return nil }
        let provider = try await provider(of: grant, attempt)
        guard case .ready(let connector) = provider.state, let refresher = connector.tokenRefresh else { return nil }
        do throws(ConnectorError) {
            return try await refresher.refresh(old, of: grant.login.subject, at: environment.clock.now)
        } catch {
            attempt.visit.logger.log(
                level: error.logLevel, "Upstream refresh failed",
                metadata: ["connector.id": "\(provider.id)", "cause": "\(error.logCause)"])
            switch error {
            case .grantEnded, .notAdmitted:
                try await revoke(grant, .grantRevoked, reason: error.auditReason, attempt)
                throw Self.invalid
            // Only a plain no ends a grant: nobody is logged out by a provider's bad minute (DESIGN §4).
            case .unavailable, .refused, .untrusted, .misbehaved: throw Self.unreachable
            }
        }
    }

    private func provider(of grant: Grant, _ attempt: RefreshAttempt) async throws -> Provider {
        do throws(LoginPolicy.Denial) {
            return try policy.provider(grant.login.provider, for: attempt.client)
        } catch {
            throw try await refusal(error, grant, attempt)
        }
    }

    /// What the vault has for a client that receives upstream tokens. Where the provider has ended its grant since this one
    /// began, this one ends as well, as it does where the tokens are released.
    @inline(never)
    func vaultedTokens(_ attempt: RefreshAttempt, grant: Grant) async throws -> UpstreamTokens? {
        let login = grant.login
        guard attempt.client.receivesUpstreamTokens, environment.custody(at: login.provider) == .vault,
            case .ready(let connector) = try await provider(of: grant, attempt).state
        else { return nil }
        let owner = Vault.Owner(account: login.accountID, provider: login.provider, subject: login.subject)
        let holding: Vault.Holding
        do {
            holding = try await vault.holding(of: owner, at: connector, for: attempt.client.id, visit: attempt.visit)
        } catch is ConnectorError {
            throw Self.unreachable
        }
        switch holding {
        case .tokens(let tokens): return attempt.client.upstreamTokenEncryption == nil ? nil : tokens
        case .nothing, .lapsed: return nil
        case .ended(let time):
            guard grant.createdAt <= time else { return nil }
            try await revoke(grant, .grantRevoked, reason: ConnectorError.grantEnded.auditReason, attempt)
            throw Self.invalid
        }
    }
}
