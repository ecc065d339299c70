import Connectors
import OAuth

/// Decides whether a request is led by the login front end or by the broker's own pages.
struct FrontEndRouting: Sendable {
    enum Way: Sendable {
        case frontEnd(LoginFrontEnd)
        case broker
    }

    private let frontEnd: LoginFrontEnd?
    private let policy: LoginPolicy

    init(_ environment: BrokerEnvironment) {
        frontEnd = environment.loginFrontEnd
        policy = LoginPolicy(providers: environment.providers)
    }

    /// The front end leads unless the request names a provider of the broker's own, or the client accepts none of
    /// those the front end serves and that are in use.
    func way(of request: AuthorizationRequest, client: Client) -> Way {
        guard let frontEnd else { return .broker }
        let served = policy.providers.providers().filter { provider in
            provider.way == .frontEnd && (try? policy.provider(provider.id, for: client)) != nil
        }
        if let named = request.provider {
            return served.contains { $0.id == named } ? .frontEnd(frontEnd) : .broker
        }
        return served.isEmpty ? .broker : .frontEnd(frontEnd)
    }
}
