import Connectors
package import OAuth
import Storage

/// `/verification`: a person lacks a claim that a scope demands; they get verified elsewhere and come back, or give up.
package struct VerificationFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let arrival: ArrivalFlow

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        arrival = ArrivalFlow(environment)
    }

    /// The content of the verification page.
    package struct Notice: Sendable {
        package let client: Client
        package let request: AuthorizationRequest
        /// Who lacks something, so that nobody sends another's account to be verified.
        package let person: PersonClaims
        /// The scopes whose demand is not met; none where that has changed meanwhile.
        package let missing: [ScopeEntry]
        /// Whether the person has said before that it is done.
        package let attempt: Attempt
        package let waiver: Waiver
        package let payload: String
        /// Proves that the answer comes from this page, for this person.
        package let formToken: Secret
    }

    package enum Attempt: Sendable, Hashable {
        case first
        case again
    }

    /// Whether the person may go on without the scopes they lack.
    package enum Waiver: Sendable, Hashable {
        case offered
        case refused
    }

    package enum Decision: Sendable, Hashable {
        /// Back to the client with `access_denied`.
        case cancel
        /// On with what the person has, where that is offered.
        case goWithout
    }

    /// An open payload, and who has logged in for it.
    private struct Standing {
        let payload: AuthorizationPayload
        let arrival: ArrivalFlow.Arrival
        let missing: [ScopeEntry]

        var waiver: Waiver {
            missing.allSatisfy { $0.demand?.weight == .optional } ? .offered : .refused
        }

        var token: FormToken { FormToken(.verification, payload: payload, account: arrival.identity.accountID) }
    }

    private func standing(_ payloadText: String, visit: Visit) async throws -> Standing {
        let payload = try await payloads.open(payloadText, for: visit)
        let evidence = try await arrival.evidence(for: payload, visit: visit)
        let person = try await arrival.admit(evidence, payload: payload, visit: visit)
        return Standing(payload: payload, arrival: person, missing: arrival.unmet(person, payload: payload))
    }

    /// What the person lacks.
    package func notice(_ payloadText: String, visit: Visit) async throws -> Notice {
        let standing = try await standing(payloadText, visit: visit)
        return Notice(
            client: standing.arrival.client, request: standing.payload.request,
            person: standing.arrival.identity.claims, missing: standing.missing,
            attempt: standing.payload.verification == nil ? .first : .again, waiver: standing.waiver,
            payload: payloadText, formToken: try standing.token.sealed(for: standing.payload, environment))
    }

    /// The person says that they have been verified.
    ///
    /// Only their provider knows, and it tells at a login: so they log in there once more, for the same request under a
    /// new id. Accounts of the broker's own are looked at where they are.
    package func resume(_ payloadText: String, visit: Visit) async throws -> FlowResult {
        let standing = try await standing(payloadText, visit: visit)
        let use = standing.arrival.evidence.use(of: standing.payload)
        guard try await environment.store.useUp(use, at: environment.clock.now, events: []) else {
            throw Refusal.alreadyUsed
        }
        let payload = standing.payload.renamed(environment.random.identifier()).afterVerification()
        switch wayBack(of: standing) {
        case .nowhere(let evidence):
            return try await arrival.arrive(with: evidence, payload: payload, visit: visit)
        case .frontEnd(let frontEnd):
            return FlowResult(
                .goToFrontEnd(frontEnd.loginPage(for: payload.request, payload: try await payloads.seal(payload))))
        case .provider(let id):
            return FlowResult(.goToNamedProvider(id, payload: try await payloads.seal(payload)))
        case .chooser:
            return FlowResult(.goToLogin(payload: try await payloads.seal(payload)))
        }
    }

    /// Takes an answer that does not wait for a verification.
    package func decide(
        _ decision: Decision, formToken: Secret, payload payloadText: String, visit: Visit
    ) async throws -> FlowResult {
        let standing = try await standing(payloadText, visit: visit)
        try standing.token.require(in: formToken, for: standing.payload, environment)
        switch decision {
        case .cancel:
            return try await arrival.giveUp(
                standing.arrival, payload: standing.payload,
                telling: OAuthError(.accessDenied, "The person lacks what a scope demands."),
                reason: "not_verified", visit: visit)
        case .goWithout:
            guard standing.waiver == .offered else { throw Refusal.malformedRequest }
            let scope = environment.scopes.current.granted(
                standing.payload.request.scope, to: standing.arrival.identity.claims)
            let payload = try await onward(standing).narrowed(to: scope)
            return try await arrival.arrive(with: standing.arrival.evidence, payload: payload, visit: visit)
        }
    }

    /// The payload under the id that the evidence counts for: a staged login is bound to the one it has.
    private func onward(_ standing: Standing) async throws -> AuthorizationPayload {
        switch standing.arrival.evidence {
        case .staged: return standing.payload
        case .session:
            let use = standing.arrival.evidence.use(of: standing.payload)
            guard try await environment.store.useUp(use, at: environment.clock.now, events: []) else {
                throw Refusal.alreadyUsed
            }
            return standing.payload.renamed(environment.random.identifier())
        }
    }
}

extension VerificationFlow {
    /// Where a fresh login comes from.
    private enum WayBack {
        /// None is needed: what counts is kept here.
        case nowhere(ArrivalFlow.Evidence)
        case frontEnd(LoginFrontEnd)
        case provider(ProviderID)
        case chooser
    }

    private func wayBack(of standing: Standing) -> WayBack {
        let login = standing.arrival.evidence.login
        guard let provider = environment.providers.provider(login.provider) else { return .chooser }
        if provider.isLocal { return .nowhere(standing.arrival.evidence) }
        // A login that the front end led began no session here.
        if login.sessionName == nil {
            switch FrontEndRouting(environment).way(of: standing.payload.request, client: standing.arrival.client) {
            case .frontEnd(let frontEnd): return .frontEnd(frontEnd)
            case .broker: break
            }
        }
        return provider.hasPagesOfItsOwn ? .provider(provider.id) : .chooser
    }
}
