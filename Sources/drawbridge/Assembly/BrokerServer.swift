import Broker
import Hummingbird
import HummingbirdCore
import Logging
import OAuth
import ServiceLifecycle
import Storage
import UnixSignals
import Web

/// The whole broker as a process: everything that runs, in the order in which it starts, until a signal ends it.
struct BrokerServer: Sendable {
    /// How long requests under way have to finish.
    private static let patience = Duration.seconds(10)

    private let configuration: ServeConfiguration
    private let logger: Logger
    private let company: [ServiceGroupConfiguration.ServiceConfiguration]

    /// A broker that runs together with `company`, which starts after it.
    init(
        _ configuration: ServeConfiguration, logger: Logger,
        company: [ServiceGroupConfiguration.ServiceConfiguration] = []
    ) {
        self.configuration = configuration
        self.logger = logger
        self.company = company
    }

    /// Runs until SIGTERM or SIGINT, or until a part of it fails. `preparation` sees the data before anybody listens.
    func run(preparation: (DataFolder) async throws -> Void = { _ in }) async throws {
        try await DataFolder.with(configuration.data, .creating) { data in
            try await preparation(data)
            try await serve(data, Upstreams(configuration.providers))
        }
    }

    private func serve(_ data: DataFolder, _ upstreams: Upstreams) async throws {
        let listener = Listener(configuration, logger: logger)
        let assembly = try await Assembly(configuration, data: data, upstreams: upstreams, logger: logger)
        let server = try server(assembly, on: listener)
        var group = ServiceGroupConfiguration(
            services: [
                // First, so that it stops last, and seals what was written until then.
                .init(
                    service: TrailKeeper(
                        store: data.store, keyRing: assembly.broker.keyRing, clock: data.clock, random: data.random,
                        retention: configuration.auditRetention, logger: logger), serviceName: "trail"),
                .init(service: Sweeper(store: data.store, clock: data.clock, logger: logger), serviceName: "sweeper"),
                .init(service: VaultWarden(assembly.broker, logger: logger), serviceName: "vault"),
                .init(
                    service: SigningKeyKeeper(keys: assembly.broker.signingKeys, logger: logger),
                    serviceName: "signing keys"),
                .init(service: ProviderReload(upstreams, logger: logger), serviceName: "provider files"),
                .init(
                    service: ScopeReload(
                        location: configuration.scopes, registry: assembly.broker.scopes, logger: logger),
                    serviceName: "scopes"),
                .init(
                    service: Resealer(
                        store: data.store, keyRing: assembly.broker.keyRing, random: data.random, logger: logger),
                    serviceName: "resealing"),
                .init(service: assembly.broker.revocations, serviceName: "upstream revocations"),
                .init(
                    service: LogoutDeliveries(assembly.broker, calls: upstreams.clientCalls, logger: logger),
                    serviceName: "logout notices"),
                .init(service: server, serviceName: "http"),
            ] + masterKeyReload(data, assembly.broker.keyRing) + company,
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.patience
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw listener.complaint(about: error) ?? error
        }
        logger.notice("Stopped")
    }

    /// Nothing where the keys are in the environment, which does not change while this runs.
    private func masterKeyReload(
        _ data: DataFolder, _ keyRing: KeyRing
    ) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        switch configuration.data.masterKeys {
        case .environment: return []
        case .file(let path):
            let reload = MasterKeyReload(
                MasterKeyFile(path: path), keyRing: keyRing, clock: data.clock, logger: logger)
            return [.init(service: reload, serviceName: "master keys")]
        }
    }

    private func server(_ assembly: Assembly, on listener: Listener) throws -> any Service {
        let (issuer, logger) = (configuration.issuer, logger)
        let responder = buildRouter(assembly.web, broker: assembly.broker).buildResponder()
        return try listener.server(answering: responder, assembly.broker.clock) {
            logger.notice(
                "Listening", metadata: ["issuer": "\(issuer)", "address": "\(listener.host):\(listener.port)"])
        }
    }
}
