import Connectors
import Logging
package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `/login/{provider}` and its callback: a login at a provider's own pages.
package struct UpstreamLoginFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let policy: LoginPolicy
    private let arrival: ArrivalFlow
    private let sessions: Sessions
    private let recorder: LoginRecorder
    private let linking: LinkingFlow

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        policy = LoginPolicy(providers: environment.providers)
        arrival = ArrivalFlow(environment)
        sessions = Sessions(environment)
        recorder = LoginRecorder(environment)
        linking = LinkingFlow(environment)
    }

    /// Sends the browser to `providerID`.
    package func begin(_ providerID: ProviderID, payload payloadText: String, visit: Visit) async throws -> FlowResult {
        guard environment.providers.provider(providerID) != nil else { throw Refusal.unknownProvider }
        let payload = try await payloads.open(payloadText, for: visit)
        let client = try await client(of: payload)
        let provider: Provider
        let login: any RedirectLogin
        do throws(LoginPolicy.Denial) {
            (provider, login) = try usable(providerID, for: client)
        } catch {
            throw error.refusal
        }
        guard payload.request.provider == nil || payload.request.provider == providerID else {
            throw Refusal.unknownProvider
        }
        return try await leave(for: (provider, login), payload: payload, errand: .login, client: client, visit: visit)
    }

    /// Sends the browser to `providerID` to prove an identity that shall belong to the account of `session`.
    func begin(
        _ providerID: ProviderID, linkingTo session: SessionReference, payload: AuthorizationPayload, visit: Visit
    ) async throws -> FlowResult {
        let client = try await client(of: payload)
        let destination: (Provider, any RedirectLogin)
        do throws(LoginPolicy.Denial) {
            destination = try usable(providerID, for: client)
        } catch {
            throw error.refusal
        }
        return try await leave(
            for: destination, payload: payload, errand: .link(session), client: client, visit: visit)
    }

    private func leave(
        for destination: (provider: Provider, login: any RedirectLogin), payload: AuthorizationPayload,
        errand: UpstreamState.Errand, client: Client, visit: Visit
    ) async throws -> FlowResult {
        let provider = destination.provider
        // Nobody is sent to log in where the answer could not be redeemed.
        switch provider.availability {
        case .available: break
        case .unavailable: throw Refusal.providerUnavailable(name: provider.name)
        }
        let state = UpstreamState(
            payload: payload.renamed(environment.random.identifier()), origin: payload.id, errand: errand,
            nonce: environment.random.bytes(Bits128.self).name,
            verifier: CodeVerifier(random: environment.random.bytes(Bits256.self)))
        let sealed = try environment.keyRing.sealJSON(
            state, as: .upstreamState, for: provider.id.rawValue, salt: environment.random.salt())
        let text = try await payloads.shortened(sealed.text, until: payload.expiresAt)
        let attempt = attempt(state, sealed: text, at: provider)
        let begun = environment.clock.now
        do throws(ConnectorError) {
            return FlowResult(.goToProvider(try await destination.login.begin(attempt, at: begun)))
        } catch {
            throw refusal(for: error, at: provider, since: begun, client: client, visit: visit)
        }
    }

    /// What the provider sent to the callback besides `state` (RFC 6749 §4.1.2, RFC 9207).
    package enum Answer: Sendable {
        case code(Secret, issuer: String?, user: ReportedUser? = nil)
        case error(String, issuer: String?)

        fileprivate var upstream: UpstreamAnswer {
            switch self {
            case .code(let code, let issuer, let user): .code(code, issuer: issuer, user: user)
            case .error(let code, let issuer): .error(code, issuer: issuer)
            }
        }
    }

    /// Takes the provider's answer to the callback of `providerID`.
    package func complete(
        _ answer: Answer, state sealed: String, at providerID: ProviderID, visit: Visit
    ) async throws -> FlowResult {
        guard environment.providers.provider(providerID) != nil else { throw Refusal.unknownProvider }
        let state = try await open(sealed, at: providerID, visit: visit)
        try await requireUnanswered(state)
        let client = try await client(of: state.payload)
        let provider: Provider
        let redirectLogin: any RedirectLogin
        do throws(LoginPolicy.Denial) {
            (provider, redirectLogin) = try usable(providerID, for: client)
        } catch {
            try await recordFailure(error.rawValue, of: state, at: providerID, client: client, visit: visit)
            throw error.refusal
        }
        let begun = environment.clock.now
        let login: UpstreamLogin
        do throws(ConnectorError) {
            login = try await redirectLogin.complete(
                answer.upstream, to: attempt(state, sealed: sealed, at: provider), at: begun)
        } catch {
            try await recordFailure(error.auditReason, of: state, at: providerID, client: client, visit: visit)
            throw refusal(for: error, at: provider, since: begun, client: client, visit: visit)
        }
        do {
            return try await proceed(with: login, at: provider, state: state, client: client, visit: visit)
        } catch let denial as LoginPolicy.Denial {
            environment.revocations.order(login.tokens, at: providerID, for: visit)
            try await recordFailure(denial.rawValue, of: state, at: providerID, client: client, visit: visit)
            throw denial.refusal
        }
    }

    /// Does what the trip was for.
    private func proceed(
        with login: UpstreamLogin, at provider: Provider, state: UpstreamState, client: Client, visit: Visit
    ) async throws -> FlowResult {
        switch state.errand {
        case .login:
            let person = try await recorder.record(login, at: provider, for: client, visit: visit)
            return try await enter(person, login: login, client: client, state: state, visit: visit)
        case .link(let session):
            return try await linking.propose(
                login, at: provider, for: session, payload: state.payload, visit: visit)
        }
    }

    /// Throws unless this trip and its request are still unanswered.
    ///
    /// Asked before the provider is: an answer that counted once must not reach it again, nor one to a request that
    /// another trip has answered.
    private func requireUnanswered(_ state: UpstreamState) async throws {
        for payload in [state.payload.id, state.origin] {
            guard try await environment.store.staged(payload, at: environment.clock.now) == .nothing else {
                throw Refusal.alreadyUsed
            }
        }
    }

    private func open(_ text: String, at providerID: ProviderID, visit: Visit) async throws -> UpstreamState {
        let sealed = try await payloads.restored(text)
        let opened: OpenedValue<UpstreamState>
        do throws(SealingFlaw) {
            opened = try environment.keyRing.openJSON(sealed, as: .upstreamState, into: UpstreamState.self)
        } catch {
            throw Refusal.requestExpired
        }
        guard opened.context == providerID.rawValue else { throw Refusal.otherBrowser }
        guard environment.clock.now.numericDate < opened.value.payload.expiresAt else { throw Refusal.requestExpired }
        guard opened.value.payload.isBound(to: visit.browser) else { throw Refusal.otherBrowser }
        return opened.value
    }

    private func enter(
        _ person: Person, login: UpstreamLogin, client: Client, state: UpstreamState, visit: Visit
    ) async throws -> FlowResult {
        let payload = state.payload
        let now = environment.clock.now
        let beginning = try await sessions.prepare(
            for: person.identity, towards: client.id, authenticatedAt: min(login.authenticatedAt ?? now, now),
            methods: login.methods,
            contextClass: environment.contextClass(saying: login.contextClass, at: person.identity.provider),
            memory: .thisVisit, idToken: idToken(of: login, at: person.identity.provider),
            upstreamSession: login.sessionID, visit: visit)
        let staged = StagedLogin(
            payloadID: payload.id, login: beginning.session.login,
            sealedTokens: try recorder.seal(login.tokens, for: client),
            expiresAt: Date(timeIntervalSince1970: Double(payload.expiresAt)))
        guard try await environment.store.stage(staged, for: state.origin, events: []) else {
            environment.revocations.order(login.tokens, at: person.identity.provider, for: visit)
            throw Refusal.alreadyUsed
        }
        // Only now: a login that counts for nothing must not end the browser's old session.
        try await sessions.begin(beginning, visit: visit)
        let result = try await arrival.arrive(with: .staged(staged), payload: payload, visit: visit)
        return FlowResult(result.step, cookies: [beginning.cookie] + result.cookies)
    }

    /// The provider's ID token, only where a logout here is to reach that provider too.
    private func idToken(of login: UpstreamLogin, at provider: ProviderID) -> Secret? {
        switch environment.providers.provider(provider)?.endings.logout {
        case .upstream?: login.tokens.idToken
        case .local?, nil: nil
        }
    }

    private func client(of payload: AuthorizationPayload) async throws -> Client {
        guard let client = try await environment.client(of: payload.request) else {
            throw Refusal.unknownClient
        }
        return client
    }

    private func usable(
        _ id: ProviderID, for client: Client
    ) throws(LoginPolicy.Denial) -> (Provider, any RedirectLogin) {
        let provider = try policy.provider(id, for: client)
        switch provider.state {
        case .ready(let connector):
            guard let login = connector.redirectLogin else { throw .unknownProvider }
            return (provider, login)
        case .local, .disabled, .misconfigured:
            throw .unknownProvider
        }
    }

    private func attempt(_ state: UpstreamState, sealed: String, at provider: Provider) -> UpstreamAttempt {
        let freshness: UpstreamAttempt.Freshness =
            switch state.payload.request.prompt {
            case .login, .loginAndConsent, .selectAccount: .proveAgain
            // How old the provider's own session is cannot be known here, so a limit on it asks for a new login.
            case .unspecified, .none, .consent: state.payload.request.maximumAge == nil ? .any : .proveAgain
            }
        return UpstreamAttempt(
            state: sealed, nonce: state.nonce, verifier: state.verifier,
            callback: "\(environment.issuer)/login/\(provider.id)/callback",
            loginHint: state.payload.request.loginHint, freshness: freshness,
            contextClasses: state.payload.request.context.map(provider.contextClasses.upstreamNames) ?? [])
    }

    /// Records a trip that came to nothing, and uses it up: sent again, the same answer must not fill the trail.
    private func recordFailure(
        _ reason: String, of state: UpstreamState, at provider: ProviderID, client: Client, visit: Visit
    ) async throws {
        let now = environment.clock.now
        let use = PayloadUse.travelled(state.payload.id, expiry: state.payload.endsAt)
        let event = AuditEvent(
            .loginFailed, at: now, ray: visit.ray, client: client.id, provider: provider, address: visit.address,
            reason: reason)
        _ = try await environment.store.useUp(use, at: now, events: [event])
    }

    private func refusal(
        for error: ConnectorError, at provider: Provider, since begun: Date, client: Client, visit: Visit
    ) -> Refusal {
        let duration = environment.clock.now.timeIntervalSince(begun)
        visit.logger.log(
            level: error.logLevel, "Upstream login failed",
            metadata: [
                "connector.id": "\(provider.id)", "oauth.client_id": "\(client.id)", "cause": "\(error.logCause)",
                "duration_us": "\(Int64(duration * 1_000_000))",
            ])
        return error.refusal(at: provider.name)
    }
}
