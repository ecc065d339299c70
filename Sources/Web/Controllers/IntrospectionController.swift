import Broker
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

/// `/oauth2/introspect`: for services that are sent tokens, never for a page in a browser.
struct IntrospectionController: Sendable {
    let environment: WebEnvironment
    let flow: IntrospectionFlow

    private static let signedType = "application/token-introspection+jwt"

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self).post("introspect", use: introspect)
    }

    @Sendable private func introspect(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let answer = try await flow.introspect(
            try await request.clientParameters(), authorization: request.value(of: .authorization),
            form: form(wantedBy: request), visit: environment.visit(request, context))
        switch answer {
        case .plain(let response): return .json(response)
        case .signed(let token):
            return Response(
                status: .ok,
                headers: [.contentType: Self.signedType, .cacheControl: "no-store", .pragma: "no-cache"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: token.reveal())))
        }
    }

    /// RFC 9701 §4: who names the type wants the answer signed.
    private func form(wantedBy request: Request) -> IntrospectionFlow.Form {
        let types = request.values(of: .accept).flatMap { $0.split(separator: ",") }.map { range in
            range.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
        return types.contains(Self.signedType) ? .signed : .plain
    }
}
