import Broker
import Hummingbird
import OAuth

/// `/oauth2/authorize` and `/oauth2/continue` (RFC 6749 §4.1.1).
struct AuthorizationController: Sendable {
    let environment: WebEnvironment
    let flow: AuthorizationFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("authorize", use: authorize)
            .post("authorize", use: authorize)
            .get("continue", use: resume)
    }

    @Sendable private func authorize(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters =
            request.method == .post ? try await request.formParameters() : try request.queryParameters()
        let visit = environment.visit(request, context)
        return environment.respond(to: try await flow.authorize(parameters, visit: visit))
    }

    @Sendable private func resume(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        return environment.respond(
            to: try await flow.resume(payload, visit: environment.visit(request, context)))
    }
}
