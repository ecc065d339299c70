import Connectors
import OAuth

/// Decides whether a request is led by the login front end or by the broker's own pages.
struct FrontEndRouting: Sendable {
    enum Way: Sendable {
        case frontEnd(LoginFrontEnd)
        case broker
    }

    private let frontEnd: LoginFrontEnd?
    private let providers: any ProviderCatalogue

    init(_ environment: BrokerEnvironment) {
        frontEnd = environment.loginFrontEnd
        providers = environment.providers
    }

    /// The front end leads unless the request names a provider of the broker's own, or the client accepts none of
    /// those the front end serves.
    func way(of request: AuthorizationRequest, client: Client) -> Way {
        guard let frontEnd else { return .broker }
        let served = providers.providers().filter { $0.way == .frontEnd && client.providers.accepts($0.id) }
        if let named = request.provider {
            return served.contains { $0.id == named } ? .frontEnd(frontEnd) : .broker
        }
        return served.isEmpty ? .broker : .frontEnd(frontEnd)
    }
}
