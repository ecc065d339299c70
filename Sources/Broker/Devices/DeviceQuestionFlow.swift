package import OAuth
import Storage

/// `GET` and `POST /device/confirm`: the person who has logged in lets the device in, or does not.
///
/// Always asked, whatever was agreed before and whoever runs the client: only the person can tell whether the code is from
/// a device of theirs or from somebody who sent it to them (RFC 8628 §5.4).
package struct DeviceQuestionFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let arrival: ArrivalFlow

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        arrival = ArrivalFlow(environment)
    }

    /// What to ask, and whom.
    package struct Question: Sendable {
        package let client: Client
        package let userCode: UserCode
        package let scopes: [ScopeEntry]
        package let person: PersonClaims
        package let formToken: Secret
    }

    package enum Decision: Sendable, Hashable {
        case allow
        case deny
    }

    /// A person about to decide about a device.
    private struct Standing {
        let payload: AuthorizationPayload
        let userCode: UserCode
        let person: ArrivalFlow.Arrival

        var token: FormToken { FormToken(.device, payload: payload, account: person.identity.accountID) }
    }

    /// What the page shows.
    package func question(_ payloadText: String, visit: Visit) async throws -> Question {
        let standing = try await standing(payloadText, visit: visit)
        let waiting = try await environment.store.waitingDevice(
            userCode: standing.userCode.digest, at: environment.clock.now)
        guard waiting?.clientID == standing.person.client.id else { throw Refusal.requestExpired }
        return Question(
            client: standing.person.client, userCode: standing.userCode,
            scopes: environment.scopes.current.entries(of: standing.payload.request.scope),
            person: standing.person.identity.claims,
            formToken: try standing.token.sealed(for: standing.payload, environment))
    }

    /// Takes the answer.
    package func decide(
        _ decision: Decision, formToken: Secret, payload payloadText: String, visit: Visit
    ) async throws -> FlowResult {
        let standing = try await standing(payloadText, visit: visit)
        try standing.token.require(in: formToken, for: standing.payload, environment)
        switch decision {
        case .allow:
            return try await arrival.letIn(
                standing.userCode, standing.person, payload: standing.payload, visit: visit)
        case .deny:
            let error = OAuthError(.accessDenied, "The person did not let the device in.")
            let result = try await arrival.giveUp(
                standing.person, payload: standing.payload, telling: error, reason: nil, visit: visit)
            arrival.revokeUpstream(standing.person, visit: visit)
            return result
        }
    }

    private func standing(_ payloadText: String, visit: Visit) async throws -> Standing {
        let payload = try await payloads.open(payloadText, for: visit)
        guard let userCode = payload.request.userCode else { throw Refusal.malformedRequest }
        let evidence = try await arrival.evidence(for: payload, visit: visit)
        let person = try await arrival.admit(evidence, payload: payload, visit: visit)
        return Standing(payload: payload, userCode: userCode, person: person)
    }
}
