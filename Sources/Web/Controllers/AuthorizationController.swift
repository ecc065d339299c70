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
            to: try await flow.authorize(try request.queryParameters(), visit: environment.visit(request, context)))
    }

    /// A client's POST comes from another site, and so without Lax cookies: judged by itself it would miss the session
    /// and unbind what this browser has begun. The same request as a GET has them (DESIGN §2, as with `form_post`).
    @Sendable private func authorizeByPost(
        _ request: Request, context: BrokerRequestContext
    ) async throws -> Response {
        let visit = environment.visit(request, context)
        let body = try await request.formBody()
        let parameters = try FormParameters(decoding: body.readableBytesView)
        guard visit.browser == nil, isFromElsewhere(request), let query = Self.query(body) else {
            return environment.respond(to: try await flow.authorize(parameters, visit: visit))
        }
        return environment.redirect(to: "/oauth2/authorize?" + query)
    }

    /// Browsers name the origin of every POST to another site.
    private func isFromElsewhere(_ request: Request) -> Bool {
        request.headers[.origin].map { $0 != environment.issuer.origin.value } ?? false
    }

    /// Longest query that a browser is sent back with, in bytes.
    private static let maximumQueryLength = 8192

    /// `form` as a query; nil if it is too long for one, or holds what does not belong into a URL.
    private static func query(_ form: ByteBuffer) -> String? {
        let text = String(buffer: form)
        let isQuery = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~%+=&*:/".utf8.contains(byte)
            }
        }
        return isQuery && text.utf8.count <= maximumQueryLength ? text : nil
    }

    @Sendable private func resume(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        return environment.respond(
            to: try await flow.resume(payload, visit: environment.visit(request, context)))
    }
}
