import Broker
import Hummingbird
import NIOCore
import OAuth

/// `/oauth2/authorize` and `/oauth2/continue` (RFC 6749 §4.1.1).
struct AuthorizationController: Sendable {
    let environment: WebEnvironment
    let flow: AuthorizationFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("authorize", use: authorize)
            .post("authorize", use: authorizeByPost)
            .get("continue", use: resume)
    }

    @Sendable private func authorize(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        environment.respond(
            to: try await flow.authorize(try request.queryParameters(), visit: environment.visit(request, context)),
            for: request)
    }

    /// A client's POST comes from another site, and so without Lax cookies: judged by itself it would miss the session
    /// and unbind what this browser has begun. The same request as a GET has them (DESIGN §2, as with `form_post`).
    @Sendable private func authorizeByPost(
        _ request: Request, context: BrokerRequestContext
    ) async throws -> Response {
        let visit = environment.visit(request, context)
        let body = try await request.formBody()
        let parameters = try FormParameters(decoding: body.readableBytesView)
        guard visit.browser == nil, environment.isFromElsewhere(request), let query = ForeignForm.query(body) else {
            return environment.respond(to: try await flow.authorize(parameters, visit: visit), for: request)
        }
        return environment.redirect(to: "/oauth2/authorize?" + query)
    }

    @Sendable private func resume(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        return environment.respond(
            to: try await flow.resume(payload, visit: environment.visit(request, context)), for: request)
    }
}
