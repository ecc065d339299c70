import NIOCore
import NIOPosix

/// One thing of the sample city that listens.
struct DemoSite: Sendable {
    let name: String
    let port: Int
    /// The option that moves it elsewhere.
    let option: String

    var address: String { "http://localhost:\(port)" }

    /// Throws a complaint if something else listens on the port.
    func requireFreePort() async throws {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
            try await channel.close().get()
        } catch {
            throw Complaint(
                "port \(port), which \(name) would listen on, cannot be used (is it taken?): choose another with "
                    + "\(option), or move everything with --port")
        }
    }
}
