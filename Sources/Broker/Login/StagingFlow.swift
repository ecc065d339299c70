import Connectors
import Logging
package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `POST /oauth2/store`: a login front end hands over the tokens of a login it led.
package struct StagingFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let recorder: LoginRecorder

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        recorder = LoginRecorder(environment)
    }

    /// The tokens as handed over: believed in nothing yet.
    package struct Tokens: Sendable {
        fileprivate let upstream: UpstreamTokens

        package init(accessToken: Secret, idToken: Secret?, refreshToken: Secret?) {
            upstream = UpstreamTokens(accessToken: accessToken, idToken: idToken, refreshToken: refreshToken)
        }
    }

    /// Who hands the tokens over.
    package enum Bearer: Sendable {
        /// A browser page of the login front end: its `Origin` was on the allow list.
        case frontEndPage
        /// The front end's own back end, which has proved itself as this client.
        case backEnd(ClientID)
    }

    /// How the front end continues.
    package enum Receipt: Sendable {
        /// With the payload it has: the browser that began the request made this call.
        case samePayload
        /// With this one alone. Whoever began the request does not know it, so a link sent to a stranger brings the
        /// sender nothing (CVE-2022-39222).
        case freshPayload(String)
    }

    /// Verifies the tokens and attaches the login to the request, once.
    ///
    /// Throws ``OAuthError``: `invalid_request` for the payload, `invalid_token` for the tokens, `access_denied` by
    /// policy.
    package func store(
        _ tokens: Tokens, payload payloadText: String, bearer: Bearer, visit: Visit
    ) async throws -> Receipt {
        let payload = try await open(payloadText)
        guard tokens.upstream.canBePassedOn else {
            throw OAuthError(.invalidRequest, "A token has odd characters or is too long.")
        }
        let continuing = try continuingPayload(for: payload, bearer: bearer, visit: visit)
        guard let client = try await environment.store.client(payload.request.clientID) else {
            throw OAuthError(.invalidRequest, "The client of this payload no longer exists.")
        }
        let (provider, login) = try await verify(tokens.upstream, payload: payload, client: client, visit: visit)
        let person: Person
        do {
            person = try await recorder.record(login, at: provider, for: client, visit: visit)
        } catch let denial as LoginPolicy.Denial {
            try await recordFailure(denial.rawValue, provider: provider.id, client: client, visit: visit)
            throw OAuthError(.accessDenied, "This person may not log in to this client.")
        }
        try await stage(login, of: person, payload: payload, continuing: continuing, client: client, visit: visit)
        guard continuing.id != payload.id else { return .samePayload }
        return .freshPayload(try await payloads.seal(continuing))
    }

    private func open(_ text: String) async throws -> AuthorizationPayload {
        do {
            return try await payloads.open(text)
        } catch is Refusal {
            throw OAuthError(.invalidRequest, "The payload is not valid or has expired.")
        }
    }

    /// The payload that alone may continue (DESIGN §2).
    private func continuingPayload(
        for payload: AuthorizationPayload, bearer: Bearer, visit: Visit
    ) throws -> AuthorizationPayload {
        switch bearer {
        case .frontEndPage:
            guard visit.browser != nil else { return payload.renamed(environment.random.identifier()) }
            guard payload.isBound(to: visit.browser) else {
                throw OAuthError(.accessDenied, "The payload was begun in another browser.")
            }
            return payload
        case .backEnd:
            return payload.renamed(environment.random.identifier())
        }
    }

    private func stage(
        _ login: UpstreamLogin, of person: Person, payload: AuthorizationPayload, continuing: AuthorizationPayload,
        client: Client, visit: Visit
    ) async throws {
        let now = environment.clock.now
        let staged = StagedLogin(
            payloadID: continuing.id,
            login: Login(
                accountID: person.account.id, provider: person.identity.provider, subject: person.identity.subject,
                authenticatedAt: min(login.authenticatedAt ?? now, now), methods: login.methods, sessionName: nil,
                contextClass: environment.contextClass(saying: login.contextClass, at: person.identity.provider)),
            sealedTokens: try recorder.seal(login.tokens, for: client),
            expiresAt: Date(timeIntervalSince1970: Double(payload.expiresAt)))
        let event = AuditEvent(
            .loginStaged, at: now, ray: visit.ray, account: person.account.id, client: client.id,
            provider: person.identity.provider, address: visit.address)
        guard try await environment.store.stage(staged, for: payload.id, events: [event]) else {
            throw OAuthError(.invalidRequest, "Tokens were already stored for this payload.")
        }
    }

    /// Finds the provider whose tokens these are: of those that may have issued them, the first that vouches for them.
    private func verify(
        _ tokens: UpstreamTokens, payload: AuthorizationPayload, client: Client, visit: Visit
    ) async throws -> (Provider, UpstreamLogin) {
        let accepted = candidates(for: payload.request, client: client)
        guard !accepted.isEmpty else {
            throw OAuthError(.accessDenied, "The client accepts no provider whose tokens can be stored.")
        }
        var failure: (provider: Provider, error: ConnectorError)?
        for (provider, verification) in accepted where verification.mayHaveIssued(tokens) {
            do throws(ConnectorError) {
                return (provider, try await verification.verify(tokens, at: environment.clock.now))
            } catch {
                // One that could not be asked may still be theirs, which another's no does not change.
                if failure == nil || (error.mayPass && failure?.error.mayPass == false) { failure = (provider, error) }
            }
        }
        guard let failure else {
            visit.logger.warning(
                "Staged tokens refused",
                metadata: ["oauth.client_id": "\(client.id)", "cause": "no accepted provider issues such tokens"])
            throw OAuthError(.invalidToken, "The tokens are not those of a provider the client accepts.")
        }
        throw try await refusal(for: failure.error, at: failure.provider, client: client, visit: visit)
    }

    /// Tells the log, and of a signed token the trail, why `provider` does not vouch for it, and the front end what to do.
    private func refusal(
        for error: ConnectorError, at provider: Provider, client: Client, visit: Visit
    ) async throws -> OAuthError {
        visit.logger.log(
            level: error.logLevel, "Staged tokens refused",
            metadata: [
                "connector.id": "\(provider.id)", "oauth.client_id": "\(client.id)", "cause": "\(error.logCause)",
            ])
        // A stranger's noise must not fill the trail: what no provider signed was nobody's login.
        if error.isAboutSignedToken {
            try await recordFailure(error.auditReason, provider: provider.id, client: client, visit: visit)
        }
        return switch error {
        case .unavailable, .misbehaved:
            OAuthError(.temporarilyUnavailable, "The provider's keys cannot be fetched at the moment.")
        case .notAdmitted:
            OAuthError(.accessDenied, "This person may not log in to this client.")
        case .refused, .grantEnded, .untrusted:
            OAuthError(.invalidToken, "The tokens are not valid for this provider.")
        }
    }

    private func candidates(
        for request: AuthorizationRequest, client: Client
    ) -> [(Provider, any TokenVerification)] {
        let policy = LoginPolicy(providers: environment.providers)
        return environment.providers.providers().compactMap { provider in
            guard provider.way == .frontEnd, request.provider == nil || request.provider == provider.id,
                (try? policy.provider(provider.id, for: client)) != nil
            else { return nil }
            switch provider.state {
            case .ready(let connector): return connector.tokenVerification.map { (provider, $0) }
            case .local, .disabled, .misconfigured: return nil
            }
        }
    }

    private func recordFailure(
        _ reason: String, provider: ProviderID, client: Client, visit: Visit
    ) async throws {
        try await environment.store.append([
            AuditEvent(
                .loginFailed, at: environment.clock.now, ray: visit.ray, client: client.id, provider: provider,
                address: visit.address, reason: reason)
        ])
    }
}
