import Connectors
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ArrivalFlow {
    /// Lets the device of `userCode` in as the person who arrived, using up the payload.
    ///
    /// Asked here as well, as on every way to a token: nobody gets a scope whose demand they do not meet.
    func letIn(
        _ userCode: UserCode, _ arrival: Arrival, payload: AuthorizationPayload, visit: Visit
    ) async throws -> FlowResult {
        if let step = try await verificationStep(arrival, payload: payload) { return step }
        let tokens: String? =
            switch arrival.evidence {
            case .staged(let login): login.sealedTokens
            case .session: nil
            }
        let approval = DeviceApproval(
            login: loginOfDevice(arrival.evidence.login), scope: payload.request.scope, sealedTokens: tokens)
        let now = environment.clock.now
        func event(_ kind: AuditEvent.Kind, at time: Date, ray: RayID) -> AuditEvent {
            AuditEvent(
                kind, at: time, ray: ray, account: arrival.identity.accountID, client: arrival.client.id,
                provider: arrival.identity.provider, address: visit.address, reason: "device")
        }
        try await decide(
            .allow(approval), userCode, arrival, payload: payload,
            events: [
                event(.authorizationInitiated, at: payload.begunAt, ray: payload.ray),
                event(.authorizationGranted, at: now, ray: visit.ray),
            ])
        return FlowResult(.goToDeviceOutcome(.allowed))
    }

    /// `login` under a session of the device's own: who signs out of their browser, maybe one of a library, goes on watching.
    private func loginOfDevice(_ login: Login) -> Login {
        Login(
            accountID: login.accountID, provider: login.provider, subject: login.subject,
            authenticatedAt: login.authenticatedAt, methods: login.methods,
            sessionName: login.sessionName.map { _ in environment.random.bytes(Bits128.self).name },
            contextClass: login.contextClass)
    }

    /// Turns the device of `userCode` away, using up the payload.
    func turnAway(
        _ userCode: UserCode, _ arrival: Arrival, payload: AuthorizationPayload, event: AuditEvent
    ) async throws -> FlowResult {
        try await decide(.deny, userCode, arrival, payload: payload, events: [event])
        return FlowResult(.goToDeviceOutcome(.denied))
    }

    private func decide(
        _ decision: DeviceDecision, _ userCode: UserCode, _ arrival: Arrival, payload: AuthorizationPayload,
        events: [AuditEvent]
    ) async throws {
        let outcome = try await environment.store.decideDevice(
            decision, userCode: userCode.digest, client: arrival.client.id,
            session: arrival.evidence.login.sessionName,
            consuming: arrival.evidence.use(of: payload), at: environment.clock.now, events: events)
        switch outcome {
        case .decided: return
        case .alreadyUsed: throw Refusal.alreadyUsed
        case .gone: throw Refusal.requestExpired
        }
    }

    /// What the login brought is of no use to anybody now. A login front end keeps the login it handed over.
    func revokeUpstream(_ arrival: Arrival, visit: Visit) {
        guard case .staged(let staged) = arrival.evidence, staged.login.wasLedByBroker,
            let sealed = staged.sealedTokens,
            let opened = try? environment.keyRing.open(sealed, as: .stagedLogin, reading: UpstreamTokens.self),
            opened.context == arrival.client.id.rawValue
        else { return }
        environment.revocations.order(opened.value, at: staged.login.provider, for: visit)
    }
}
