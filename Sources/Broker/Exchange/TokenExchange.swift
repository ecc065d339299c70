import Connectors
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The token exchange grant (RFC 8693): an access token for another token, in the name of the same person.
struct TokenExchange: Sendable {
    private let environment: BrokerEnvironment
    private let tokens: TokenReader
    private let policy: LoginPolicy
    private let upstream: UpstreamExchange

    init(_ environment: BrokerEnvironment, _ vault: Vault) {
        self.environment = environment
        tokens = TokenReader(environment)
        policy = LoginPolicy(providers: environment.providers)
        upstream = UpstreamExchange(environment, vault)
    }

    /// What every exchange begins with: a token that counts, in whose name the client asks.
    struct Subject: Sendable {
        let token: PresentedToken.AccessToken
        let grant: Grant
    }

    /// Answers the request; whatever becomes of it is in the trail.
    func answer(_ request: TokenExchangeRequest, client: Client, visit: Visit) async throws -> TokenResponse {
        guard !client.isPublic else {
            throw OAuthError(.unauthorizedClient, "A public client cannot exchange tokens.")
        }
        do {
            let subject = try await subject(of: request.subjectToken, client: client)
            return try await upstream.answer(request, subject: subject, client: client, visit: visit)
        } catch let refusal as ExchangeRefusal {
            try await environment.store.append([
                AuditEvent(
                    .tokenRefused, at: environment.clock.now, ray: visit.ray,
                    account: refusal.grant?.login.accountID, client: client.id, provider: refusal.provider,
                    grant: refusal.grant?.id, address: visit.address, reason: refusal.cause.rawValue)
            ])
            throw refusal.error
        }
    }

    /// The client's own access token, of a grant that counts, for a person whom policy lets through to it.
    private func subject(of text: Secret, client: Client) async throws -> Subject {
        let now = environment.clock.now
        guard let token = tokens.accessToken(text), now.numericDate < token.expiresAt,
            case .person(let grantID) = token.holder
        else { throw ExchangeRefusal(cause: .subjectToken) }
        guard token.client == client.id else { throw ExchangeRefusal(cause: .foreignSubjectToken) }
        guard let grant = try await environment.store.grant(grantID), grant.clientID == client.id else {
            throw ExchangeRefusal(cause: .grantOver)
        }
        guard grant.isLive(at: now) else { throw ExchangeRefusal(cause: .grantOver, grant: grant) }
        do {
            _ = try await policy.admittedPerson(of: grant, client: client, store: environment.store)
        } catch let denial as LoginPolicy.Denial {
            throw ExchangeRefusal(
                cause: ExchangeRefusal.Cause(denial), grant: grant, provider: grant.login.provider)
        }
        return Subject(token: token, grant: grant)
    }
}
