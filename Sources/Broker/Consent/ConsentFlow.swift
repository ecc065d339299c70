package import OAuth
import Storage

/// `GET` and `POST /consent`: the person allows a client what it asks for, or does not.
package struct ConsentFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let arrival: ArrivalFlow

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        arrival = ArrivalFlow(environment)
    }

    /// The content of the consent page.
    package struct Question: Sendable {
        package let client: Client
        package let request: AuthorizationRequest
        /// Who is asked, so that nobody agrees on another's behalf.
        package let person: PersonClaims
        package let payload: String
        /// Proves that the answer comes from this page, for this person.
        package let formToken: Secret
    }

    package enum Decision: Sendable, Hashable {
        case allow
        case deny
    }

    /// What a form token vouches for; its envelope's context is the payload's id.
    private struct FormToken: Codable, Sendable, Hashable {
        let account: AccountID
        let browser: HandleDigest
    }

    /// What to ask, and whom.
    package func question(_ payloadText: String, visit: Visit) async throws -> Question {
        let payload = try await payloads.open(payloadText, for: visit)
        let evidence = try await arrival.evidence(for: payload, visit: visit)
        let arrival = try await arrival.admit(evidence, payload: payload, visit: visit)
        let token = FormToken(account: arrival.identity.accountID, browser: payload.browser)
        let sealed = try environment.keyRing.sealJSON(
            token, as: .formToken, for: payload.id.rawValue, salt: environment.random.salt())
        return Question(
            client: arrival.client, request: payload.request, person: arrival.identity.claims, payload: payloadText,
            formToken: sealed.secret)
    }

    /// Takes the answer.
    package func decide(
        _ decision: Decision, formToken: Secret, payload payloadText: String, visit: Visit
    ) async throws -> FlowResult {
        let payload = try await payloads.open(payloadText, for: visit)
        let evidence = try await arrival.evidence(for: payload, visit: visit)
        let person = try await arrival.admit(evidence, payload: payload, visit: visit)
        let expected = FormToken(account: person.identity.accountID, browser: payload.browser)
        guard
            let opened = try? environment.keyRing.openJSON(
                formToken.reveal(), as: .formToken, into: FormToken.self), opened.context == payload.id.rawValue,
            opened.value == expected
        else { throw Refusal.otherBrowser }
        let use: PayloadUse =
            switch evidence {
            case .staged(let staged): .staged(staged.payloadID)
            case .session: .travelled(payload.id, expiry: payload.endsAt)
            }
        switch decision {
        case .allow:
            let consent = RememberedConsent(
                accountID: person.identity.accountID, clientID: person.client.id, scope: payload.request.scope,
                grantedAt: environment.clock.now)
            return try await arrival.issueCode(person, payload: payload, using: use, consent: consent, visit: visit)
        case .deny:
            let event = AuditEvent(
                .authorizationDenied, at: environment.clock.now, ray: visit.ray,
                account: person.identity.accountID, client: person.client.id, provider: person.identity.provider,
                address: visit.address)
            guard try await environment.store.useUp(use, at: environment.clock.now, events: [event]) else {
                throw Refusal.alreadyUsed
            }
            return FlowResult(
                .returnError(
                    AuthorizationErrorResponse(
                        redirect: payload.request.redirect, state: payload.request.state,
                        error: OAuthError(.accessDenied, "The person did not agree."))))
        }
    }
}
