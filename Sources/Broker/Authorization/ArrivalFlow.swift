import Connectors
import Logging
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The steps after every login, whichever way it was led: policy, verification, consent, code.
struct ArrivalFlow: Sendable {
    let environment: BrokerEnvironment
    private let payloads: Payloads
    private let policy: LoginPolicy
    private let sessions: Sessions

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        sessions = Sessions(environment)
        policy = LoginPolicy(providers: environment.providers)
    }

    /// What shows that somebody has logged in.
    enum Evidence: Sendable {
        /// A login staged for this very payload; issuing the code uses it up.
        case staged(StagedLogin)
        /// The browser's session.
        case session(Session)

        var login: Login {
            switch self {
            case .staged(let staged): staged.login
            case .session(let session): session.login
            }
        }

        /// What ends `payload`, once it has travelled.
        func use(of payload: AuthorizationPayload) -> PayloadUse {
            switch self {
            case .staged(let staged): .staged(staged.payloadID)
            case .session: .travelled(payload.id, expiry: payload.endsAt)
            }
        }
    }

    /// A person who may reach the client, as policy saw them a moment ago.
    struct Arrival: Sendable {
        let evidence: Evidence
        let client: Client
        let identity: Identity
    }

    /// Takes a login to its code, or to the verification page or the consent page first.
    func arrive(with evidence: Evidence, payload: AuthorizationPayload, visit: Visit) async throws -> FlowResult {
        try await arrive(with: evidence, at: client(of: payload), payload: payload, visit: visit)
    }

    /// The same for whoever has just read the client that the payload names.
    func arrive(
        with evidence: Evidence, at client: Client, payload: AuthorizationPayload, visit: Visit
    ) async throws -> FlowResult {
        let arrival = try await admit(evidence, to: client, payload: payload, visit: visit)
        guard !arrival.client.isAccountPage else { return try await enterAccountPage(evidence) }
        if let step = try await verificationStep(arrival, payload: payload) { return step }
        guard payload.request.userCode == nil else {
            return FlowResult(.goToDeviceQuestion(payload: try await payloads.seal(payload)))
        }
        if try await needsConsent(arrival, request: payload.request) {
            guard payload.request.prompt != .none else {
                throw payload.request.rejection(.consentRequired, "The person has not agreed yet.")
            }
            return FlowResult(.goToConsent(payload: try await payloads.seal(payload)))
        }
        let use: PayloadUse =
            switch evidence {
            case .staged(let staged): .staged(staged.payloadID)
            // A session answers at once, or after a login that gave the payload a new id: this one never travelled.
            case .session: .nothing
            }
        return try await issueCode(arrival, payload: payload, using: use, consent: nil, visit: visit)
    }

    /// The session alone opens the account page: what else was staged for it is not needed.
    private func enterAccountPage(_ evidence: Evidence) async throws -> FlowResult {
        switch evidence {
        case .session: break
        case .staged(let staged):
            let use = PayloadUse.staged(staged.payloadID)
            guard try await environment.store.useUp(use, at: environment.clock.now, events: []) else {
                throw Refusal.alreadyUsed
            }
        }
        return FlowResult(.goToAccount)
    }

    /// What the browser has to show for `payload`: the staged login if there is one, else a session that satisfies it.
    func evidence(for payload: AuthorizationPayload, visit: Visit) async throws -> Evidence {
        if let staged = try await staged(for: payload, visit: visit) { return staged }
        let client = try await client(of: payload)
        guard let session = try await usableSession(for: payload, client: client, visit: visit) else {
            throw Refusal.loginNotFinished
        }
        return .session(session)
    }

    /// The login staged for `payload`; nil if there is none yet.
    func staged(for payload: AuthorizationPayload, visit: Visit) async throws -> Evidence? {
        switch try await environment.store.staged(payload.id, at: environment.clock.now) {
        case .nothing: return nil
        case .usedUp: throw Refusal.alreadyUsed
        case .login(let staged):
            // A login that began a session ends with it: whoever logs out on the consent page leaves nothing behind.
            if let name = staged.login.sessionName {
                guard try await sessions.current(visit)?.login.sessionName == name else {
                    throw Refusal.loginNotFinished
                }
            }
            return .staged(staged)
        }
    }

    /// The browser's session, if it answers the request: recent enough, at a provider the client accepts.
    func usableSession(for payload: AuthorizationPayload, client: Client, visit: Visit) async throws -> Session? {
        guard let session = try await sessions.current(visit), session.isFresh(for: payload, at: environment.clock.now)
        else { return nil }
        guard payload.request.accepts(environment.subject(of: session.login.accountID, for: client)) else { return nil }
        guard session.isOfWantedClass(for: payload) else { return nil }
        let provider = session.login.provider
        guard payload.request.provider == nil || payload.request.provider == provider else { return nil }
        return (try? policy.provider(provider, for: client)) == nil ? nil : session
    }

    private func client(of payload: AuthorizationPayload) async throws -> Client {
        guard let client = try await environment.client(of: payload.request) else { throw Refusal.unknownClient }
        return client
    }

    /// Asks policy about the person behind `evidence`.
    func admit(_ evidence: Evidence, payload: AuthorizationPayload, visit: Visit) async throws -> Arrival {
        try await admit(evidence, to: client(of: payload), payload: payload, visit: visit)
    }

    private func admit(
        _ evidence: Evidence, to client: Client, payload: AuthorizationPayload, visit: Visit
    ) async throws -> Arrival {
        let login = evidence.login
        guard payload.request.userCode != nil || RegisteredRedirect(payload.request.redirect.value, of: client) != nil
        else { throw Refusal.redirectURINotRegistered }
        guard let person = try await environment.store.person(provider: login.provider, subject: login.subject),
            person.account.id == login.accountID
        else { throw Refusal.loginNotAllowed }
        guard payload.request.accepts(environment.subject(of: login.accountID, for: client)) else {
            throw payload.request.rejection(.loginRequired, "Somebody else has logged in than the hint names.")
        }
        try checkAge(of: evidence, for: payload)
        try checkClass(of: login, for: payload)
        do throws(LoginPolicy.Denial) {
            try policy.admit(person.identity, of: person.account, to: client)
        } catch {
            visit.logger.info(
                "Login not let through", metadata: ["oauth.client_id": "\(client.id)", "reason": "\(error.rawValue)"])
            throw error.refusal
        }
        return Arrival(evidence: evidence, client: client, identity: person.identity)
    }

    /// Whether a login made elsewhere is recent enough (OIDC Core §3.1.2.1): asking a provider for a new one is only a
    /// request, which whoever sits at the browser can take out of the URL.
    ///
    /// A provider that does not say when the person logged in is taken to mean now.
    private func checkAge(of evidence: Evidence, for payload: AuthorizationPayload) throws {
        guard case .staged(let staged) = evidence else { return }
        let limit: Int? =
            switch payload.request.prompt {
            case .login, .loginAndConsent, .selectAccount: 0
            case .unspecified, .none, .consent: payload.request.maximumAge
            }
        guard let limit else { return }
        let age = payload.begunAt.timeIntervalSince(staged.login.authenticatedAt)
        guard age <= Double(limit + Self.clockSkew) else {
            throw payload.request.rejection(.loginRequired, "The login is older than the client allows.")
        }
    }

    /// Whether the login is of a class without which the client wants none (OIDC Core §5.5.1.1).
    private func checkClass(of login: Login, for payload: AuthorizationPayload) throws {
        guard let demand = payload.request.context, !demand.isMet(by: login.contextClass) else { return }
        switch demand.weight {
        case .voluntary: return
        case .essential:
            throw payload.request.rejection(
                .unmetAuthenticationRequirements, "The login is of no class that the client demands.")
        }
    }

    /// Seconds by which a provider's clock may be behind ours.
    private static let clockSkew = 3

    private func needsConsent(_ arrival: Arrival, request: AuthorizationRequest) async throws -> Bool {
        switch arrival.client.consent {
        case .firstParty: return false
        case .ask: break
        }
        switch request.prompt {
        case .consent, .loginAndConsent: return true
        case .unspecified, .none, .login, .selectAccount:
            let agreed = try await environment.store.consentedScope(
                account: arrival.identity.accountID, client: arrival.client.id)
            // An empty scope still tells the client who is there, so it is asked about once as well.
            guard !agreed.isEmpty, agreed.isSuperset(of: request.scope) else { return true }
            return try await asksForMore(arrival, request: request, than: agreed)
        }
    }

    /// Whether the request names a claim that the person has allowed neither by itself nor with a scope.
    private func asksForMore(
        _ arrival: Arrival, request: AuthorizationRequest, than agreed: Scope
    ) async throws -> Bool {
        guard let claims = request.claims?.names else { return false }
        let allowed = try await environment.store.consentedClaims(
            account: arrival.identity.accountID, client: arrival.client.id)
        return claims.contains { !allowed.contains($0) && !environment.scopes.current.releases($0, by: agreed) }
    }

    /// The scopes asked for whose demand the person does not meet.
    func unmet(_ arrival: Arrival, payload: AuthorizationPayload) -> [ScopeEntry] {
        environment.scopes.current.unmet(in: payload.request.scope, by: arrival.identity.claims)
    }

    /// The way to the verification page; nil for a person who meets whatever the scopes asked for demand.
    func verificationStep(_ arrival: Arrival, payload: AuthorizationPayload) async throws -> FlowResult? {
        guard !unmet(arrival, payload: payload).isEmpty else { return nil }
        guard payload.request.prompt != .none else {
            throw payload.request.rejection(.interactionRequired, "The person lacks what a scope demands.")
        }
        return FlowResult(.goToVerification(payload: try await payloads.seal(payload)))
    }

    /// Stores a code for the client, using up the payload, and sends the browser back with it.
    ///
    /// Asked here as well, because every way to a code ends here: nobody gets a scope whose demand they do not meet.
    func issueCode(
        _ arrival: Arrival, payload: AuthorizationPayload, using use: PayloadUse, consent: RememberedConsent?,
        visit: Visit
    ) async throws -> FlowResult {
        if let step = try await verificationStep(arrival, payload: payload) { return step }
        let request = payload.request
        // What is meant for a device never becomes a code that travels.
        guard request.userCode == nil else { throw Refusal.malformedRequest }
        let code = environment.random.handle()
        let now = environment.clock.now
        let tokens: String? =
            switch arrival.evidence {
            case .staged(let login): login.sealedTokens
            case .session: nil
            }
        let digest = HandleDigest(of: code)
        let issued = IssuedCode(
            digest: digest, grantID: GrantID(ofCode: digest), clientID: request.clientID,
            redirect: request.redirect, challenge: request.challenge, scope: request.scope,
            claims: request.claims ?? .none, nonce: request.nonce, resources: request.resources,
            login: arrival.evidence.login, sealedTokens: tokens,
            expiresAt: now.addingTimeInterval(Double(environment.lifetimes.code)))
        let stored = try await environment.store.issue(
            issued, consuming: use, consent: consent, at: now,
            events: trail(of: arrival, payload: payload, consent: consent, now: now, visit: visit))
        guard stored else { throw Refusal.alreadyUsed }
        return FlowResult(.returnCode(request.granted(code)))
    }

    /// Uses up a payload that comes to nothing, and sends the browser back with `error`.
    func giveUp(
        _ arrival: Arrival, payload: AuthorizationPayload, telling error: OAuthError, reason: String?, visit: Visit
    ) async throws -> FlowResult {
        let now = environment.clock.now
        let event = AuditEvent(
            .authorizationDenied, at: now, ray: visit.ray, account: arrival.identity.accountID,
            client: arrival.client.id, provider: arrival.identity.provider, address: visit.address, reason: reason)
        if let userCode = payload.request.userCode {
            return try await turnAway(userCode, arrival, payload: payload, event: event)
        }
        guard try await environment.store.useUp(arrival.evidence.use(of: payload), at: now, events: [event]) else {
            throw Refusal.alreadyUsed
        }
        return FlowResult(.returnError(payload.request.refused(error)))
    }

    /// The beginning is recorded only here: until somebody had logged in, nothing was to be written (DESIGN §2).
    private func trail(
        of arrival: Arrival, payload: AuthorizationPayload, consent: RememberedConsent?, now: Date, visit: Visit
    ) -> [AuditEvent] {
        func event(_ kind: AuditEvent.Kind, at time: Date, ray: RayID) -> AuditEvent {
            AuditEvent(
                kind, at: time, ray: ray, account: arrival.identity.accountID, client: arrival.client.id,
                provider: arrival.identity.provider, address: visit.address)
        }
        var events = [event(.authorizationInitiated, at: payload.begunAt, ray: payload.ray)]
        if consent != nil { events.append(event(.consentGranted, at: now, ray: visit.ray)) }
        events.append(event(.authorizationGranted, at: now, ray: visit.ray))
        return events
    }
}

extension Session {
    /// Whether the login behind this session is of a class that the client wants (OIDC Core §3.1.2.1 `acr_values`).
    ///
    /// One that need not be of it is asked for once: a session begun since answers, and so does any where no login can be
    /// asked for.
    fileprivate func isOfWantedClass(for payload: AuthorizationPayload) -> Bool {
        guard let demand = payload.request.context, !demand.isMet(by: login.contextClass) else { return true }
        switch demand.weight {
        case .essential: return false
        case .voluntary: return payload.request.prompt == .none || createdAt > payload.begunAt
        }
    }

    /// Whether the login behind this session is recent enough (OIDC Core §3.1.2.1 `prompt`, `max_age`).
    ///
    /// A session begun since the request was made always is, however long ago the provider saw the person.
    fileprivate func isFresh(for payload: AuthorizationPayload, at now: Date) -> Bool {
        let madeForRequest = createdAt > payload.begunAt
        switch payload.request.prompt {
        case .login, .loginAndConsent, .selectAccount:
            return madeForRequest
        case .unspecified, .none, .consent:
            guard let maximumAge = payload.request.maximumAge else { return true }
            // Counted in seconds, a login of this very second would be no second old: 0 means one that follows.
            guard maximumAge > 0 else { return madeForRequest }
            return madeForRequest || now.numericDate - login.authenticatedAt.numericDate <= maximumAge
        }
    }
}
