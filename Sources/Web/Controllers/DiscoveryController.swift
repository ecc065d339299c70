import Broker
import Hummingbird
import OAuth

/// The public documents: metadata (RFC 8414, OIDC Discovery) and keys (RFC 7517).
struct DiscoveryController: Sendable {
    let environment: WebEnvironment
    let broker: BrokerEnvironment

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .add(middleware: CORSPolicyMiddleware(policy: .anyone, errors: ErrorAnswers(environment: environment)))
            .get(".well-known/openid-configuration", use: metadata)
            .get(".well-known/oauth-authorization-server", use: metadata)
            .get("oauth2/jwks", use: keys)
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
