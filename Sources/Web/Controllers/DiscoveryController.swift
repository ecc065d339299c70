import Broker
import Hummingbird
import OAuth

/// The public documents: metadata (RFC 8414, OIDC Discovery) and keys (RFC 7517).
struct DiscoveryController: Sendable {
    let environment: WebEnvironment
    let broker: BrokerEnvironment

    var endpoints: RouteCollection<BrokerRequestContext> {
        let routes = SharedRoutes(.anyone, environment)
        return RouteCollection(context: BrokerRequestContext.self)
            .get(".well-known/openid-configuration", use: routes.sharing(metadata))
            .get(".well-known/oauth-authorization-server", use: routes.sharing(metadata))
            .get("oauth2/jwks", use: routes.sharing(keys))
    }

    @Sendable private func metadata(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        try .json(
            ServerMetadata(
                issuer: environment.issuer.value, scopes: broker.scopes.current,
                contextClasses: broker.attainableContextClasses), caching: .minutes)
    }

    @Sendable private func keys(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        try await broker.signingKeys.reload()
        return try .json(broker.signingKeys.publicKeys(), caching: .minutes)
    }
}
