import Broker
import Connectors
import Foundation
import Logging
import OAuth
import StorageSQLite
import Web

/// The broker's parts, put together from a configuration.
struct Assembly: Sendable {
    let broker: BrokerEnvironment
    let web: WebEnvironment

    init(
        _ configuration: ServeConfiguration, data: DataFolder, upstreams: Upstreams, logger: Logger
    ) async throws {
        let providers = upstreams.registry
        let templates = try Self.templates(configuration.templates)
        let proxies = try Self.proxies(configuration.trustedProxies)
        let scopes = ScopeRegistry(try configuration.scopes.catalogue())
        let keyRing = try data.keyRing()
        broker = BrokerEnvironment(
            issuer: configuration.issuer, store: data.store, keyRing: keyRing,
            signingKeys: try await data.signingKeys(keyRing), pairwiseNames: try await data.pairwiseNames(keyRing),
            providers: providers,
            revocations: UpstreamRevocations(providers: providers, clock: data.clock), passwords: data.passwords,
            clientSecrets: data.clientSecrets,
            verifiedSecrets: VerifiedSecretCache(key: data.random.bytes(Bits256.self)), clock: data.clock,
            random: data.random, lifetimes: configuration.lifetimes, loginFrontEnd: configuration.loginFrontEnd,
            scopes: scopes, limits: configuration.limits, documents: upstreams.documents)
        web = WebEnvironment(
            issuer: configuration.issuer, templates: templates,
            rays: RayIDGenerator(machine: configuration.machine ?? MachineNumber.ofHost, clock: data.clock),
            trustedProxies: proxies, loginFrontEnd: configuration.loginFrontEnd, logger: logger,
            metrics: try Self.metrics(configuration.metricsReaders, data.store, upstreams.meter))
    }

    private static func metrics(
        _ readers: [String], _ store: SQLiteStore, _ upstream: UpstreamMeter
    ) throws -> MetricsAccess {
        let requests = RequestMeter()
        do throws(TrustedProxies.Malformed) {
            return MetricsAccess(readers: try TrustedProxies(readers), requests: requests) { broker in
                MetricsFlow(broker, requests: requests, upstream: upstream, load: { store.load }).text()
            }
        } catch {
            throw ConfigurationFlaw(
                .metricsReaders, found: error.entry, "should list addresses and networks such as 10.0.0.0/8 and ::1")
        }
    }

    private static func templates(_ path: String) throws -> PageTemplates {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Complaint("there is no folder of templates at \(path): say where it is with --templates")
        }
        do throws(PageTemplateError) {
            return try PageTemplates(directory: path)
        } catch {
            throw Complaint("the templates folder \(path) cannot be served from: \(error)")
        }
    }

    private static func proxies(_ entries: [String]) throws -> TrustedProxies {
        do throws(TrustedProxies.Malformed) {
            return try TrustedProxies(entries)
        } catch {
            throw ConfigurationFlaw(
                .trustedProxies, found: error.entry, "should list addresses and networks such as 10.0.0.0/8 and ::1")
        }
    }
}
