import Connectors
import Logging
package import OAuth
import Storage

/// `POST /login/{provider}/logout`: a provider says that somebody has logged out there (OIDC Back-Channel Logout §2.5).
package struct UpstreamNoticeFlow: Sendable {
    private let environment: BrokerEnvironment

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    /// Ends what began in what `token` says has ended at the provider; throws ``OAuthError`` for a token that is not good.
    ///
    /// A session that began nothing here is no error: the provider need not know where its people went.
    package func receive(_ token: Secret, from id: ProviderID, visit: Visit) async throws {
        guard let verification = verification(at: id) else {
            throw OAuthError(.invalidRequest, "No provider of that name tells of logouts here.")
        }
        let now = environment.clock.now
        let said: UpstreamLogoutToken
        do throws(ConnectorError) {
            said = try await verification.verifyLogout(token, at: now)
        } catch {
            visit.logger.log(
                level: error.logLevel, "Upstream logout token refused",
                metadata: ["connector.id": "\(id)", "cause": "\(error.logCause)"])
            guard error.mayPass else { throw OAuthError(.invalidRequest, "The logout token is not valid.") }
            throw OAuthError(.temporarilyUnavailable, "The logout token cannot be verified at the moment.")
        }
        let (ray, address) = (visit.ray, visit.address)
        let ending = UpstreamEnding(
            provider: id, reach: said.reach.ending, message: HandleDigest(of: Secret("logout \(id) \(said.tokenID)")),
            rememberedUntil: said.endsAt
        ) { account in
            AuditEvent(
                .sessionEnded, at: now, ray: ray, account: account, provider: id, address: address,
                reason: "upstream_logout")
        }
        switch try await environment.store.end(ending) {
        case .replayed: throw OAuthError(.invalidRequest, "The logout token was used before.")
        case .ended(let accounts):
            visit.logger.info(
                "A provider told of a logout",
                metadata: ["connector.id": "\(id)", "accounts": "\(accounts.count)"])
        }
    }

    private func verification(at id: ProviderID) -> (any LogoutTokenVerification)? {
        switch environment.providers.provider(id)?.state {
        case .ready(let connector)?: connector.logoutTokens
        case .local?, .disabled?, .misconfigured?, nil: nil
        }
    }
}

extension UpstreamLogoutToken.Reach {
    fileprivate var ending: UpstreamEnding.Reach {
        switch self {
        case .session(let name, let subject): .session(name, subject: subject)
        case .person(let subject): .person(subject)
        }
    }
}
