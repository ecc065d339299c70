import Broker
import BrokerTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import OAuth
import StorageSQLite
import Web

/// The whole web layer on a broker of its own, spoken to without a socket.
struct WebScene: Sendable {
    let broker: BrokerFixture
    let log: InMemoryLogHandler
    private let web: WebEnvironment
    private let folder: TemporaryFolder

    static let https = "https://broker.city.example"
    static let loopback = "http://localhost:8080"
    static let frontEnd = "https://login.city.example"

    init(
        issuer: String = WebScene.https, frontEnd: String? = nil, trustedProxies: [String] = [],
        scopes: ScopeCatalogue = .standard
    ) async throws {
        folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        broker = try await BrokerFixture(store: store, issuer: issuer, frontEnd: frontEnd, scopes: scopes)
        var handler = InMemoryLogHandler()
        handler.logLevel = .trace
        log = handler
        let logger = Logger(label: "web", factory: { [handler] _ in handler })
        web = WebEnvironment(
            issuer: broker.environment.issuer, templates: try TemplatesFolder.load(), rays: broker.rays,
            trustedProxies: try TrustedProxies(trustedProxies), loginFrontEnd: broker.environment.loginFrontEnd,
            logger: logger)
    }

    var router: Router<BrokerRequestContext> {
        buildRouter(web, broker: broker.environment, tracer: W3CTracer(random: broker.environment.random))
    }

    /// Runs `test` with somebody who speaks HTTP to the router.
    func test(
        _ setup: TestingSetup = .router, _ test: @escaping @Sendable (Visitor) async throws -> Void
    ) async throws {
        let application = Application(
            router: router, logger: Logger(label: "server", factory: { _ in SwiftLogNoOpLogHandler() }))
        let clock = broker.clock
        try await application.test(setup) { client in
            try await test(Visitor(client, clock: clock))
        }
    }
}

extension Client {
    /// What ``WebScene`` has registered.
    static func registered(_ id: String) throws -> Client {
        switch id {
        case "parking": try .parking
        case "portal": try .portal
        default: try .transport
        }
    }
}
