import AsyncHTTPClient
import Broker
import Demo
import Foundation
import Logging
import NIOPosix
import OAuth
import ServiceLifecycle
import Tracing
import Web

/// One run of the sample city around a broker of its own.
struct DemoRun: Sendable {
    /// The first is the broker.
    let sites: [DemoSite]
    let ports: DemoPorts
    /// Where the data stays; a folder that goes away at the end if nil.
    let data: String?
    let settings: [Setting: String]

    func run() async throws {
        for site in sites { try await site.requireFreePort() }
        guard let broker = sites.first else { return }
        let random = SystemRandomSource()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "drawbridge-demo-\(random.bytes(Bits128.self).name)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = try configuration(broker, folder: folder)
        configuration.logging.bootstrap()
        InstrumentationSystem.bootstrap(W3CTracer(random: SystemRandomSource()))
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        do {
            try await run(configuration, client: client, random: random)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    /// What is set in this shell for another broker does not concern the sample city.
    private func configuration(_ broker: DemoSite, folder: URL) throws -> ServeConfiguration {
        var options = settings
        options[.issuer] = broker.address
        options[.port] = "\(broker.port)"
        options[.data] = data ?? folder.appending(path: "data").path
        options[.providers] = folder.appending(path: "providers").path
        options[.loginFrontEnd] = "http://localhost:\(ports.loginFrontEnd)"
        return try ServeConfiguration(Settings(options: options, environment: [:]))
    }

    private func run(_ configuration: ServeConfiguration, client: HTTPClient, random: SystemRandomSource) async throws {
        let logger = Logger(label: "drawbridge")
        let clock = SystemClock()
        let city = try DemoCity(
            issuer: configuration.issuer.value, ports: ports, credentials: DemoCredentials(randomness: random.bytes),
            surroundings: DemoSurroundings(
                httpClient: client, logger: logger, clock: { clock.now }, randomness: random.bytes))
        let population = DemoPopulation(city: city)
        try population.writeProviderFiles(to: configuration.providers)
        let announcement = DemoAnnouncement(lines: city.announcement, sites: sites, client: client)
        let company = city.services.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(service: service, serviceName: "city")
        }
        let server = BrokerServer(
            configuration, logger: logger,
            company: company + [
                .init(service: announcement, successTerminationBehavior: .ignore, serviceName: "announcement")
            ])
        try await server.run { data in try await population.moveIn(data) }
    }
}
