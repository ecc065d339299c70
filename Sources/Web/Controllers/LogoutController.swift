import Broker
import HTTPTypes
import Hummingbird
import OAuth

/// `/oauth2/logout`: ends the browser's session here (OIDC RP-Initiated Logout §2).
struct LogoutController: Sendable {
    let environment: WebEnvironment
    let flow: LogoutFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("logout", use: logOut)
            .post("logout", use: logOut)
    }

    @Sendable private func logOut(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters =
            request.method == .post ? try await request.formParameters() : try request.queryParameters()
        let outcome = try await flow.logOut(
            LogoutFlow.Request(
                clientID: parameters.pageValue("client_id", limit: 128).flatMap(ClientID.init(validating:)),
                postLogoutRedirectURI: parameters.pageValue("post_logout_redirect_uri"),
                state: parameters.pageValue("state")),
            visit: environment.visit(request, context))
        var response =
            switch outcome.destination {
            case .client(let location): environment.redirect(to: location)
            case .page: environment.render(SignedOutPage(continuation: nil), for: request)
            }
        for change in outcome.cookies {
            response.headers.append(HTTPField(name: .setCookie, value: environment.cookies.setCookie(change)))
        }
        return response
    }
}
