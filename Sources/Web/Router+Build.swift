package import Broker
import HTTPTypes
package import Hummingbird

/// The route table (DESIGN §3).
package func buildRouter(
    _ web: WebEnvironment, broker: BrokerEnvironment
) -> Router<BrokerRequestContext> {
    let router = Router(context: BrokerRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.addMiddleware {
        RayMiddleware(web)
        ErrorMiddleware(environment: web)
        SecurityHeadersMiddleware(transport: web.issuer.transport)
        MethodMiddleware()
    }
    let authorization = AuthorizationFlow(broker)
    router.group("oauth2")
        .addRoutes(AuthorizationController(environment: web, flow: authorization).endpoints)
        .addRoutes(
            StagingController(
                environment: web, authorization: authorization, staging: StagingFlow(broker),
                authenticator: ClientAuthenticator(broker)
            ).endpoints
        )
        .addRoutes(
            TokenController(environment: web, tokens: TokenFlow(broker), userInfo: UserInfoFlow(broker)).endpoints
        )
        .addRoutes(LogoutController(environment: web, flow: LogoutFlow(broker)).endpoints)
    router.addRoutes(DiscoveryController(environment: web, signingKeys: broker.signingKeys).endpoints)
    router.group("login")
        .addRoutes(
            LoginController(environment: web, page: LoginPageFlow(broker), local: LocalLoginFlow(broker)).endpoints
        )
        .addRoutes(UpstreamLoginController(environment: web, flow: UpstreamLoginFlow(broker)).endpoints)
    router.group("consent").addRoutes(ConsentController(environment: web, flow: ConsentFlow(broker)).endpoints)
    router.group("health").addRoutes(HealthController(health: HealthFlow(store: broker.store)).endpoints)
    router.addRoutes(HomeController(environment: web).endpoints)
    return router
}
