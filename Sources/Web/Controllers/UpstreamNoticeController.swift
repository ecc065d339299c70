import Broker
import HTTPTypes
import Hummingbird
import OAuth

/// `POST /login/{provider}/logout`: logout tokens of a provider (OIDC Back-Channel Logout §2.5).
struct UpstreamNoticeController: Sendable {
    let environment: WebEnvironment
    let flow: UpstreamNoticeFlow

    /// Longest logout token that is looked at, in bytes.
    private static let longestToken = 32_768

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self).post(":provider/logout", use: receive)
    }

    @Sendable private func receive(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.clientParameters()
        guard let token = parameters.pageValue("logout_token", limit: Self.longestToken) else {
            throw OAuthError(.invalidRequest, "There has to be one logout_token.")
        }
        guard let provider = context.parameters.get("provider").flatMap(ProviderID.init(validating:)) else {
            throw OAuthError(.invalidRequest, "No provider of that name tells of logouts here.")
        }
        try await flow.receive(Secret(token), from: provider, visit: environment.visit(request, context))
        return Response(status: .ok, headers: [.cacheControl: "no-store"])
    }
}
