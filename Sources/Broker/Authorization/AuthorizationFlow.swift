import Connectors
import Logging
package import OAuth
import Storage

/// `/oauth2/authorize` and `/oauth2/continue`: from a client's request to whoever has to act next.
package struct AuthorizationFlow: Sendable {
    let environment: BrokerEnvironment
    let payloads: Payloads
    private let policy: LoginPolicy
    private let arrival: ArrivalFlow

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        policy = LoginPolicy(providers: environment.providers)
        arrival = ArrivalFlow(environment)
    }

    /// Validates a request and says who acts next. Writes nothing unless a session already answers it.
    ///
    /// Throws ``Refusal`` where nothing proves that the redirect URI is the client's.
    package func authorize(_ parameters: FormParameters, visit: Visit) async throws -> FlowResult {
        do {
            let clientID = try AuthorizationRequest.clientID(in: parameters)
            guard let client = try await environment.store.client(clientID) else { throw Refusal.unknownClient }
            let request = try attainable(
                held(AuthorizationRequest(parameters, client: client), toHintIn: parameters)
                    .asking(client, by: environment.scopes.current), by: client)
            return try await begin(request, client: client, visit: visit)
        } catch let rejection as AuthorizationRejection {
            visit.logger.debug("Authorization request refused")
            switch rejection {
            case .page(let reason): throw reason.refusal
            case .redirect(let response): return FlowResult(.returnError(response))
            }
        }
    }

    /// Goes on with a request whose login was staged.
    package func resume(_ payloadText: String, visit: Visit) async throws -> FlowResult {
        let payload = try await payloads.open(payloadText, for: visit)
        guard let staged = try await arrival.staged(for: payload, visit: visit) else { throw Refusal.loginNotFinished }
        return try await arrival.arrive(with: staged, payload: payload, visit: visit)
    }

    /// `request`, to be answered about the person of the `id_token_hint` alone, if there is one.
    private func held(
        _ request: AuthorizationRequest, toHintIn parameters: FormParameters
    ) throws(AuthorizationRejection) -> AuthorizationRequest {
        let token: String?
        do throws(FormParameters.Unusable) {
            token = try parameters.value("id_token_hint", limit: Self.maximumHintLength)
        } catch {
            throw request.rejection(.invalidRequest, "id_token_hint is too long.")
        }
        guard let token else { return request }
        guard let hint = environment.idTokenHint(of: Secret(token)), hint.audience == request.clientID.rawValue else {
            throw request.rejection(.invalidRequest, "id_token_hint is no ID token that the client got from here.")
        }
        guard let held = request.expecting(hint.subject) else {
            throw request.rejection(.invalidRequest, "claims asks for somebody else than id_token_hint.")
        }
        return held
    }

    /// `request`, asking for no class of login that cannot be had; refused where it has to be one (OIDC Core §5.5.1.1).
    private func attainable(
        _ request: AuthorizationRequest, by client: Client
    ) throws(AuthorizationRejection) -> AuthorizationRequest {
        guard request.context != nil else { return request }
        let providers = policy.providers.providers().filter { provider in
            (request.provider == nil || request.provider == provider.id)
                && (try? policy.provider(provider.id, for: client)) != nil
        }
        let limited = request.limited(to: providers.reduce(into: []) { $0.formUnion($1.contextClasses.attainable) })
        guard limited.context?.values.isEmpty != true else {
            throw request.rejection(
                .unmetAuthenticationRequirements, "No login here can be of a class that the client demands.")
        }
        return limited
    }

    private static let maximumHintLength = 8192

    /// Takes a request that is known to be good to whoever acts next.
    func begin(_ request: AuthorizationRequest, client: Client, visit: Visit) async throws -> FlowResult {
        if let hint = request.provider {
            do throws(LoginPolicy.Denial) {
                _ = try policy.provider(hint, for: client)
            } catch {
                throw request.rejection(.invalidRequest, "The client may not use this provider.")
            }
        }
        let browser = visit.browser ?? environment.random.handle()
        let cookies: [CookieChange] = visit.browser == nil ? [.bindBrowser(browser)] : []
        let payload = payloads.make(request, browser: browser, ray: visit.ray)
        switch FrontEndRouting(environment).way(of: request, client: client) {
        case .frontEnd(let frontEnd):
            guard request.prompt != .none else { throw request.rejection(.loginRequired, "Nobody is logged in.") }
            let page = frontEnd.loginPage(for: request, payload: try await payloads.seal(payload))
            return FlowResult(.goToFrontEnd(page), cookies: cookies)
        case .broker:
            if let result = try await singleSignOn(payload, client: client, visit: visit) {
                return FlowResult(result.step, cookies: cookies + result.cookies)
            }
            guard request.prompt != .none else { throw request.rejection(.loginRequired, "Nobody is logged in.") }
            return FlowResult(login(for: request, payload: try await payloads.seal(payload)), cookies: cookies)
        }
    }

    /// The login page; or past it, where the client named a provider that has pages of its own.
    private func login(for request: AuthorizationRequest, payload: String) -> NextStep {
        guard let named = request.provider,
            environment.providers.providers().contains(where: { $0.id == named && $0.isReachedByLink })
        else { return .goToLogin(payload: payload) }
        return .goToNamedProvider(named, payload: payload)
    }
}

extension AuthorizationFlow {
    /// What the browser's session leads to; nil if it has none that answers the request, or if policy turns its person
    /// away: somebody else may still log in.
    private func singleSignOn(
        _ payload: AuthorizationPayload, client: Client, visit: Visit
    ) async throws -> FlowResult? {
        guard let session = try await arrival.usableSession(for: payload, client: client, visit: visit) else {
            return nil
        }
        do {
            return try await arrival.arrive(with: .session(session), at: client, payload: payload, visit: visit)
        } catch Refusal.loginNotAllowed, Refusal.accountDisabled {
            return nil
        }
    }
}

extension AuthorizationRequest {
    /// A refusal that the client is told of.
    func rejection(_ code: OAuthError.Code, _ description: StaticString) -> AuthorizationRejection {
        .redirect(refused(OAuthError(code, description)))
    }
}

extension AuthorizationRejection.PageReason {
    var refusal: Refusal {
        switch self {
        case .malformedRequest: .malformedRequest
        case .unknownClient: .unknownClient
        case .redirectURINotRegistered: .redirectURINotRegistered
        }
    }
}
