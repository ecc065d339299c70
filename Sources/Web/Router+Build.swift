package import Broker
import HTTPTypes
package import Hummingbird
package import Tracing

/// The route table (DESIGN §3). `tracer` carries requests' traces on.
package func buildRouter(
    _ web: WebEnvironment, broker: BrokerEnvironment, tracer: any Tracer = InstrumentationSystem.tracer
) -> Router<BrokerRequestContext> {
    let routes = routes(web, broker: broker)
    // A router without middleware only to be read: middleware must be there before the routes are.
    let plain = Router(context: BrokerRequestContext.self)
    for (path, collection) in routes { plain.addRoutes(collection, atPath: path) }
    let router = Router(context: BrokerRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: Reception(web, tracer: tracer, routes: plain.routes))
    for (path, collection) in routes { router.addRoutes(collection, atPath: path) }
    return router
}

private func routes(
    _ web: WebEnvironment, broker: BrokerEnvironment
) -> [(path: RouterPath, RouteCollection<BrokerRequestContext>)] {
    let authorization = AuthorizationFlow(broker)
    let metrics = web.metrics.map { access in
        (path: RouterPath(""), MetricsController(access: access, broker: broker).endpoints)
    }
    return [metrics].compactMap(\.self) + [
        ("oauth2", AuthorizationController(environment: web, flow: authorization).endpoints),
        (
            "oauth2",
            StagingController(
                environment: web, authorization: authorization, staging: StagingFlow(broker),
                authenticator: ClientAuthenticator(broker)
            ).endpoints
        ),
        (
            "oauth2",
            TokenController(
                environment: web, tokens: TokenFlow(broker), revocation: RevocationFlow(broker),
                userInfo: UserInfoFlow(broker)
            ).endpoints
        ),
        ("oauth2", IntrospectionController(environment: web, flow: IntrospectionFlow(broker)).endpoints),
        ("api", StatisticsController(environment: web, flow: LoginStatisticsFlow(broker)).endpoints),
        ("oauth2", DeviceAuthorizationController(environment: web, flow: DeviceAuthorizationFlow(broker)).endpoints),
        ("oauth2", RegistrationController(environment: web, flow: RegistrationFlow(broker)).endpoints),
        ("oauth2", LogoutController(environment: web, flow: LogoutFlow(broker)).endpoints),
        ("", DiscoveryController(environment: web, broker: broker).endpoints),
        (
            "login",
            LoginController(environment: web, page: LoginPageFlow(broker), local: LocalLoginFlow(broker)).endpoints
        ),
        (
            "login",
            UpstreamLoginController(
                environment: web, flow: UpstreamLoginFlow(broker), headers: HeaderLoginFlow(broker)
            ).endpoints
        ),
        ("login", UpstreamNoticeController(environment: web, flow: UpstreamNoticeFlow(broker)).endpoints),
        ("consent", ConsentController(environment: web, flow: ConsentFlow(broker)).endpoints),
        (
            "account",
            AccountController(
                environment: web, page: AccountPageFlow(broker), linking: LinkingFlow(broker),
                logout: LogoutFlow(broker)
            ).endpoints
        ),
        (
            "device",
            DeviceController(
                environment: web, page: DevicePageFlow(broker), question: DeviceQuestionFlow(broker)
            ).endpoints
        ),
        ("verification", VerificationController(environment: web, flow: VerificationFlow(broker)).endpoints),
        ("health", HealthController(health: HealthFlow(store: broker.store)).endpoints),
        ("", HomeController(environment: web).endpoints),
    ]
}
