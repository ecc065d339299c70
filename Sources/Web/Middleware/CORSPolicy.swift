import Broker
import HTTPTypes
import Hummingbird

/// Which other origins' scripts may read an answer.
enum CORSPolicy: Sendable {
    /// Any: for answers that depend on nothing a browser adds by itself (public clients, RFC 6749 §2.1).
    case anyone
    /// One origin, with cookies: the login front end.
    case withCookies(origin: String)
    case nobody

    /// Adds what the browser asks for to `response`.
    func apply(to response: inout Response, request: Request) {
        switch self {
        case .anyone:
            response.headers[.accessControlAllowOrigin] = "*"
            response.headers[.accessControlExposeHeaders] = "Ray-ID, WWW-Authenticate, Retry-After"
        case .withCookies(let origin):
            response.headers[.vary] = "Origin"
            guard request.value(of: .origin) == origin else { return }
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.accessControlAllowCredentials] = "true"
            response.headers[.accessControlExposeHeaders] = "Ray-ID"
        case .nobody: break
        }
    }

    /// The answer to a preflight for `methods`.
    func preflight(_ request: Request, methods: String) -> Response {
        var response = Response(status: .noContent)
        apply(to: &response, request: request)
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = methods
            response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }
}

/// Applies a policy to every answer below it, errors included.
struct CORSPolicyMiddleware: RouterMiddleware {
    typealias Context = BrokerRequestContext

    let policy: CORSPolicy
    let errors: ErrorMiddleware

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await errors.handle(request, context: context, next: next)
        policy.apply(to: &response, request: request)
        return response
    }
}
