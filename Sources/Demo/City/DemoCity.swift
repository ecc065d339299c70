import Hummingbird
package import ServiceLifecycle
package import SimulatedUpstream

/// The sample city: an identity pool, a login front end and two services, which all speak HTTP to the broker.
package struct DemoCity: Sendable {
    /// The broker's issuer, without a trailing slash.
    package let issuer: String
    package let ports: DemoPorts
    package let pool: SimulatedProvider
    let credentials: DemoCredentials
    let surroundings: DemoSurroundings
    let handover: BridgeHandover.Way

    /// Lays out a city around the broker at `issuer`; nothing listens until ``services`` run.
    package init(
        issuer: String, ports: DemoPorts = DemoPorts(), credentials: DemoCredentials, surroundings: DemoSurroundings,
        handover: BridgeHandover.Way = .browser
    ) throws {
        self.issuer = issuer
        self.ports = ports
        self.credentials = credentials
        self.surroundings = surroundings
        self.handover = handover
        var configuration = ProviderConfiguration(
            people: DemoCity.people,
            clients: DemoCity.poolClients(issuer: issuer, ports: ports, credentials: credentials),
            logger: surroundings.logger, clock: surroundings.clock, randomness: surroundings.randomness)
        configuration.port = ports.pool
        pool = try SimulatedProvider(configuration)
    }

    /// Everything that has to run, in the order in which it starts.
    package var services: [any Service] {
        [
            pool,
            server("Demo login", ports.loginFrontEnd, LoginFrontEnd(city: self).buildRouter()),
            service(.transport, port: ports.transport, secret: credentials.transportSecret),
            service(.parking, port: ports.parking, secret: nil),
        ]
    }

    private func service(_ profile: CityServiceProfile, port: Int, secret: String?) -> LoopbackServer {
        let service = CityService(
            profile, port: port, secret: secret, issuer: issuer, surroundings: surroundings)
        return server("Demo \(profile.name)", port, service.buildRouter())
    }

    private func server(_ name: String, _ port: Int, _ router: Router<BasicRequestContext>) -> LoopbackServer {
        LoopbackServer(
            name: name, port: port, responder: router.buildResponder(), logger: surroundings.logger)
    }

    /// The origin of the login front end, for the broker's allow list.
    package var loginFrontEnd: String { DemoPorts.address(ports.loginFrontEnd) }
}
