import Broker
import HTTPTypes
import Hummingbird

/// Headers that every answer carries, whatever made it.
struct SecurityHeadersMiddleware: RouterMiddleware {
    typealias Context = BrokerRequestContext

    let transport: Issuer.Transport

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.referrerPolicy] == nil {
            // A redirect must not carry the payload in its URL on to the next site (RFC 9700 §4.2.4).
            response.headers[.referrerPolicy] = "no-referrer"
        }
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        switch transport {
        case .https: response.headers[.strictTransportSecurity] = "max-age=31536000"
        case .loopbackHTTP: break
        }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .eTag
}
