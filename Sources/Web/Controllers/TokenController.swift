import Broker
import HTTPTypes
import Hummingbird
import OAuth

/// `/oauth2/token`, `/oauth2/revoke` and `/oauth2/userinfo`: what clients in a browser call, too.
struct TokenController: Sendable {
    let environment: WebEnvironment
    let tokens: TokenFlow
    let revocation: RevocationFlow
    let userInfo: UserInfoFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        let routes = SharedRoutes(.anyone, environment)
        return RouteCollection(context: BrokerRequestContext.self)
            .post("token", use: routes.sharing(token))
            .on("token", method: .options, use: routes.preflight("POST"))
            .post("revoke", use: routes.sharing(revoke))
            .on("revoke", method: .options, use: routes.preflight("POST"))
            .get("userinfo", use: routes.sharing(claims))
            .post("userinfo", use: routes.sharing(claims))
            .on("userinfo", method: .options, use: routes.preflight("GET, POST"))
    }

    @Sendable private func token(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        do {
            return .json(
                try await tokens.answer(
                    try await request.clientParameters(), authorization: request.value(of: .authorization),
                    visit: environment.visit(request, context)))
        } catch let error as OAuthError where error.code == .accessDenied {
            // What a person refused a device is an answer like any other here (RFC 8628 §3.5, RFC 6749 §5.2).
            var response = try OAuthErrorResponse(error: error, ray: context.ray).response()
            response.status = .badRequest
            return response
        }
    }

    @Sendable private func revoke(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        try await revocation.revoke(
            try await request.clientParameters(), authorization: request.value(of: .authorization),
            visit: environment.visit(request, context))
        return Response(status: .ok, headers: [.cacheControl: "no-store", .pragma: "no-cache"])
    }

    @Sendable private func claims(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        guard let authorization = request.value(of: .authorization) else {
            // Without credentials there is no error to name (RFC 6750 §3.1).
            return Response(
                status: .unauthorized,
                headers: [.wwwAuthenticate: #"Bearer realm="drawbridge""#, .cacheControl: "no-store"])
        }
        guard let token = BearerToken(authorization: authorization) else {
            throw OAuthError(.invalidToken, "The access token is not valid.")
        }
        return .json(try await userInfo.claims(for: token, visit: environment.visit(request, context)))
    }
}
