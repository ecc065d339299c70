import Broker
import HTTPTypes
import Hummingbird
import OAuth

/// `/oauth2/token` and `/oauth2/userinfo`.
struct TokenController: Sendable {
    let environment: WebEnvironment
    let tokens: TokenFlow
    let userInfo: UserInfoFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .add(middleware: CORSPolicyMiddleware(policy: .anyone, errors: ErrorMiddleware(environment: environment)))
            .post("token", use: token)
            .on("token", method: .options) { request, _ in CORSPolicy.anyone.preflight(request, methods: "POST") }
            .get("userinfo", use: claims)
            .post("userinfo", use: claims)
            .on("userinfo", method: .options) { request, _ in
                CORSPolicy.anyone.preflight(request, methods: "GET, POST")
            }
    }

    @Sendable private func token(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters: FormParameters
        do {
            parameters = try await request.formParameters()
        } catch is FormParameters.Malformed {
            throw OAuthError(.invalidRequest, "The parameters are not well encoded.")
        }
        return .json(
            try await tokens.answer(
                parameters, authorization: request.headers[.authorization],
                visit: environment.visit(request, context)))
    }

    @Sendable private func claims(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        guard request.headers[.authorization] != nil else {
            // Without credentials there is no error to name (RFC 6750 §3.1).
            return Response(
                status: .unauthorized,
                headers: [.wwwAuthenticate: #"Bearer realm="drawbridge""#, .cacheControl: "no-store"])
        }
        guard let token = BearerToken(authorization: request.headers[.authorization]) else {
            throw OAuthError(.invalidToken, "The access token is not valid.")
        }
        return .json(try await userInfo.claims(for: token, visit: environment.visit(request, context)))
    }
}
