import Connectors
import Logging
package import OAuth
import Storage

/// `/login/{provider}` where a reverse proxy in front of the broker has logged the person in already.
package struct HeaderLoginFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let policy: LoginPolicy
    private let arrival: ArrivalFlow
    private let sessions: Sessions
    private let recorder: LoginRecorder

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        policy = LoginPolicy(providers: environment.providers)
        arrival = ArrivalFlow(environment)
        sessions = Sessions(environment)
        recorder = LoginRecorder(environment)
    }

    /// The header of the request, and whether it can be somebody else's than a trusted proxy's.
    package enum Header: Sendable {
        case notVouchedFor
        case vouchedFor([(name: String, value: String)])

        fileprivate var word: ProxyHeader {
            switch self {
            case .notVouchedFor: .notVouchedFor
            case .vouchedFor(let fields): .vouchedFor(fields)
            }
        }
    }

    /// Whether logins at the provider are made here.
    package func serves(_ id: ProviderID) -> Bool {
        environment.providers.provider(id)?.headerLogin != nil
    }

    /// Logs in whom `header` names.
    ///
    /// The payload is bound to this browser, so a link of a stranger's logs nobody in to the stranger's request.
    package func logIn(
        at providerID: ProviderID, with header: Header, payload payloadText: String, visit: Visit
    ) async throws -> FlowResult {
        let payload = try await payloads.open(payloadText, for: visit)
        guard let client = try await environment.client(of: payload.request) else { throw Refusal.unknownClient }
        guard payload.request.provider == nil || payload.request.provider == providerID else {
            throw Refusal.unknownProvider
        }
        let provider: Provider
        do throws(LoginPolicy.Denial) {
            provider = try policy.provider(providerID, for: client)
        } catch {
            throw error.refusal
        }
        guard let login = provider.headerLogin else { throw Refusal.unknownProvider }
        do {
            let named = try login.person(in: header.word)
            let person = try await recorder.record(named, at: provider, for: client, visit: visit)
            return try await enter(person, at: provider, payload: payload, visit: visit)
        } catch let error as ConnectorError {
            visit.logger.log(
                level: error.logLevel, "Login by header refused",
                metadata: [
                    "connector.id": "\(provider.id)", "oauth.client_id": "\(client.id)", "cause": "\(error.logCause)",
                ])
            throw Refusal.notThroughGateway(name: provider.name)
        } catch let denial as LoginPolicy.Denial {
            let event = AuditEvent(
                .loginFailed, at: environment.clock.now, ray: visit.ray, client: client.id, provider: provider.id,
                address: visit.address, reason: denial.rawValue)
            try await environment.store.append([event])
            throw denial.refusal
        }
    }

    private func enter(
        _ person: Person, at provider: Provider, payload: AuthorizationPayload, visit: Visit
    ) async throws -> FlowResult {
        let now = environment.clock.now
        // Before the session is begun: a login that counts for nothing must not end the browser's old one.
        let use = PayloadUse.travelled(payload.id, expiry: payload.endsAt)
        guard try await environment.store.useUp(use, at: now, events: []) else { throw Refusal.alreadyUsed }
        let beginning = try await sessions.begin(
            for: person.identity, towards: payload.request.clientID, authenticatedAt: now, methods: [],
            contextClass: provider.contextClasses.contextClass(saying: nil), memory: .thisVisit, visit: visit)
        let payload = payload.renamed(environment.random.identifier())
        let result = try await arrival.arrive(with: .session(beginning.session), payload: payload, visit: visit)
        return FlowResult(result.step, cookies: [beginning.cookie] + result.cookies)
    }
}

extension Provider {
    /// How people are logged in whom a trusted proxy names, if that is what this provider is about.
    var headerLogin: (any HeaderLogin)? {
        switch state {
        case .ready(let connector): connector.headerLogin
        case .local, .disabled, .misconfigured: nil
        }
    }
}
