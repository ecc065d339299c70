import Connectors
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
        /// What is asked for, as it is defined here.
        package let scopes: [ScopeEntry]
        /// Claims that are asked for one by one, which none of the scopes releases.
        package let claims: [String]
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

    /// What to ask, and whom.
    package func question(_ payloadText: String, visit: Visit) async throws -> Question {
        let payload = try await payloads.open(payloadText, for: visit)
        let evidence = try await arrival.evidence(for: payload, visit: visit)
        let arrival = try await arrival.admit(evidence, payload: payload, visit: visit)
        let token = FormToken(.consent, payload: payload, account: arrival.identity.accountID)
        return Question(
            client: arrival.client, request: payload.request,
            scopes: environment.scopes.current.entries(of: payload.request.scope),
            claims: payload.request.claims?.names ?? [], person: arrival.identity.claims,
            payload: payloadText, formToken: try token.sealed(for: payload, environment))
    }

    /// Takes the answer.
    package func decide(
        _ decision: Decision, formToken: Secret, payload payloadText: String, visit: Visit
    ) async throws -> FlowResult {
        let payload = try await payloads.open(payloadText, for: visit)
        let evidence = try await arrival.evidence(for: payload, visit: visit)
        let person = try await arrival.admit(evidence, payload: payload, visit: visit)
        let expected = FormToken(.consent, payload: payload, account: person.identity.accountID)
        try expected.require(in: formToken, for: payload, environment)
        switch decision {
        case .allow:
            let consent = RememberedConsent(
                accountID: person.identity.accountID, clientID: person.client.id, scope: payload.request.scope,
                claims: payload.request.claims?.names ?? [], grantedAt: environment.clock.now)
            return try await arrival.issueCode(
                person, payload: payload, using: evidence.use(of: payload), consent: consent, visit: visit)
        case .deny:
            let error = OAuthError(.accessDenied, "The person did not agree.")
            let result = try await arrival.giveUp(
                person, payload: payload, telling: error, reason: nil, visit: visit)
            arrival.revokeUpstream(person, visit: visit)
            return result
        }
    }
}
