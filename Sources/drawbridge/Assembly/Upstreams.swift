import Connectors
import Foundation
import NIOPosix

/// The provider files of a folder, and how their providers are reached.
struct Upstreams: Sendable {
    let registry: ProviderRegistry
    /// How long the providers take.
    let meter: UpstreamMeter
    /// How the addresses of clients are reached.
    let clientCalls: ClientCalls
    /// Fetches what clients that register themselves name.
    let documents: any PublicDocuments
    /// What the folder held at the start.
    let contents: ProviderFolder.Contents
    let folder: ProviderFolder
    /// The folder's state just before it was read.
    let stamp: ProviderFolder.Stamp
    let path: String

    /// Where provider files take their values from.
    static var environment: [String: String] { ProcessInfo.processInfo.environment }

    init(_ path: String) {
        self.path = path
        folder = ProviderFolder(path: path, environment: Self.environment)
        stamp = folder.stamp(with: [])
        contents = folder.read()
        let meter = UpstreamMeter()
        self.meter = meter
        let network = UpstreamNetwork(
            now: { ContinuousClock.now }, report: { $0.log(at: $1) }, meter: meter)
        clientCalls = ClientCalls(on: MultiThreadedEventLoopGroup.singleton, now: { ContinuousClock.now })
        // Apart from the notices of logouts: what a stranger names must not keep those from anybody.
        documents = FetchedDocuments(
            ClientCalls(on: MultiThreadedEventLoopGroup.singleton, now: { ContinuousClock.now }))
        registry = ProviderRegistry(contents, factory: ConnectorFactory(network: network))
    }

    /// Whether there is no such folder at all, which leaves local accounts and is no fault.
    var isFolderMissing: Bool { !FileManager.default.fileExists(atPath: path) }

    /// Tries the provider of `file` out; what goes wrong is among the findings, and in no log.
    func check(of file: ProviderFile) -> ProviderCheck {
        let network = UpstreamNetwork(now: { ContinuousClock.now }, report: { _, _ in })
        switch file {
        case .usable(let definition): return ProviderCheck(transport: network.transport(to: definition))
        // Nothing is asked on behalf of a file that cannot be used.
        case .unusable: return ProviderCheck(transport: network.transport(to: .builtInLocal))
        }
    }
}
