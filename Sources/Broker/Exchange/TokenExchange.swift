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
    private let warrant: TokenWarrant
    private let policy: LoginPolicy
    private let upstream: UpstreamExchange
    private let delegation: DelegationExchange

    init(_ environment: BrokerEnvironment, _ vault: Vault) {
        self.environment = environment
        tokens = TokenReader(environment)
        warrant = TokenWarrant(environment)
        policy = LoginPolicy(providers: environment.providers)
        upstream = UpstreamExchange(environment, vault)
        delegation = DelegationExchange(environment)
    }

    /// What every exchange begins with: a token that counts, in whose name the client asks.
    struct Subject: Sendable {
        let token: PresentedToken.AccessToken
        let grant: Grant
        /// Whose token it is.
        let holder: Client
        let person: Person
    }

    /// Answers the request; whatever becomes of it is in the trail.
    @inline(never)
    func answer(_ request: TokenExchangeRequest, client: Client, visit: Visit) async throws -> TokenResponse {
        guard !client.isPublic else {
            throw OAuthError(.unauthorizedClient, "A public client cannot exchange tokens.")
        }
        do {
            return try await exchange(request, client: client, visit: visit)
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

    private func exchange(
        _ request: TokenExchangeRequest, client: Client, visit: Visit
    ) async throws -> TokenResponse {
        let subject = try await subject(of: request.subjectToken)
        func refused(_ cause: ExchangeRefusal.Cause) -> ExchangeRefusal {
            ExchangeRefusal(cause: cause, grant: subject.grant, provider: subject.grant.login.provider)
        }
        let isOwn = subject.token.client == client.id && subject.token.holder.actors.isEmpty
        let target: ExchangeTarget
        do throws(ExchangeRefusal.Cause) {
            target = try environment.target(of: request)
        } catch {
            throw refused(error)
        }
        switch target {
        case .provider(let provider):
            guard isOwn else { throw refused(.foreignSubjectToken) }
            return try await upstream.answer(
                request.requested, of: provider, for: subject.grant, client: client, visit: visit)
        case .resources(let resources):
            guard subject.token.client != client.id else {
                throw refused(resources.isEmpty ? .targetMissing : .unknownTarget)
            }
            do {
                return try await delegation.answer(
                    request, resources: resources, subject: subject, client: client, visit: visit)
            } catch let cause as ExchangeRefusal.Cause {
                throw refused(cause)
            } catch let denial as LoginPolicy.Denial {
                throw refused(ExchangeRefusal.Cause(denial))
            }
        }
    }

    /// An access token of a grant that counts, for a person whom policy lets through to whoever holds it.
    private func subject(of text: Secret) async throws -> Subject {
        let now = environment.clock.now
        guard let token = tokens.accessToken(text), now.numericDate < token.expiresAt,
            let grantID = token.holder.grantID
        else { throw ExchangeRefusal(cause: .subjectToken) }
        guard let held = try await environment.store.heldGrant(grantID) else {
            throw ExchangeRefusal(cause: .grantOver)
        }
        let grant = held.grant
        guard grant.isLive(at: now), let holders = try await warrant.holders(of: token, under: held),
            let holder = holders.last
        else { throw ExchangeRefusal(cause: .grantOver, grant: grant) }
        let person: Person?
        do throws(LoginPolicy.Denial) {
            person = try policy.admit(held.person, of: grant, to: holders)
        } catch {
            throw ExchangeRefusal(cause: ExchangeRefusal.Cause(error), grant: grant, provider: grant.login.provider)
        }
        guard let person else { throw ExchangeRefusal(cause: .grantOver, grant: grant) }
        return Subject(token: token, grant: grant, holder: holder, person: person)
    }
}
