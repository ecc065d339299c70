import Connectors
import Foundation
import NIOPosix

/// The provider files of a folder, and the HTTP clients through which they are reached.
struct Upstreams: Sendable {
    let registry: ProviderRegistry
    /// What the folder held at the start.
    let contents: ProviderFolder.Contents
    let folder: ProviderFolder
    let path: String
    private let clients: UpstreamClients

    init(_ path: String) {
        self.path = path
        folder = ProviderFolder(path: path, environment: ProcessInfo.processInfo.environment)
        contents = folder.read()
        clients = UpstreamClients(on: MultiThreadedEventLoopGroup.singleton)
        registry = ProviderRegistry(contents, factory: ConnectorFactory(clients: clients))
    }

    /// Reads the folder for as long as `body` takes.
    static func with<Value>(_ path: String, _ body: (Upstreams) async throws -> Value) async throws -> Value {
        let upstreams = Upstreams(path)
        do {
            let value = try await body(upstreams)
            try await upstreams.clients.shutdown()
            return value
        } catch {
            try? await upstreams.clients.shutdown()
            throw error
        }
    }

    /// Whether there is no such folder at all, which leaves local accounts and is no fault.
    var isFolderMissing: Bool { !FileManager.default.fileExists(atPath: path) }

    /// Tries providers out.
    var check: ProviderCheck { ProviderCheck(transport: UpstreamHTTP(clients)) }
}
