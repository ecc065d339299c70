import HTTPTypes
import Hummingbird

/// Answers 405 with `Allow` where a path exists but not with the method (RFC 9110 §15.5.6); the router itself only
/// knows 404.
struct MethodMiddleware: RouterMiddleware {
    typealias Context = BrokerRequestContext

    private static let methods: [String: [HTTPRequest.Method]] = [
        "/": [.get],
        "/oauth2/authorize": [.get, .post],
        "/oauth2/continue": [.get],
        "/oauth2/info": [.get, .options],
        "/oauth2/store": [.post, .options],
        "/oauth2/token": [.post, .options],
        "/oauth2/userinfo": [.get, .post, .options],
        "/oauth2/jwks": [.get],
        "/oauth2/logout": [.get, .post],
        "/.well-known/openid-configuration": [.get],
        "/.well-known/oauth-authorization-server": [.get],
        "/login": [.get],
        "/login/local": [.post],
        "/consent": [.get, .post],
        "/health/live": [.get],
        "/health/ready": [.get],
    ]

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let allowed = Self.methods[trimmed], !allowed.contains(request.method),
            !(request.method == .head && allowed.contains(.get))
        else { return try await next(request, context) }
        throw HTTPError(
            .methodNotAllowed, headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
    }
}
