import AsyncHTTPClient
package import NIOCore
package import NIOSSL

/// The HTTP clients that all providers share: one for addresses the operator named, one for addresses found out.
///
/// Neither follows redirects. The second hangs up on any peer that is not on the public internet, whatever name led to
/// it, so a provider's metadata cannot make the broker speak to its own network.
package struct UpstreamClients: Sendable {
    private let named: HTTPClient
    private let discovered: HTTPClient

    /// Makes both clients on the threads of `group`. Trust is the system's unless `tls` says otherwise.
    ///
    /// Call ``shutdown()`` before the last copy goes.
    package init(on group: any EventLoopGroup, tls: TLSConfiguration? = nil) {
        var tls = tls ?? .makeClientConfiguration()
        switch tls.minimumTLSVersion {
        // RFC 9325 section 3.1.1 forbids both.
        case .tlsv1, .tlsv11: tls.minimumTLSVersion = .tlsv12
        case .tlsv12, .tlsv13: break
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        configuration.connectionPool.retryConnectionEstablishment = false
        named = HTTPClient(eventLoopGroup: group, configuration: configuration)
        configuration.http1_1ConnectionDebugInitializer = Self.refusePrivatePeer
        discovered = HTTPClient(eventLoopGroup: group, configuration: configuration)
    }

    /// Ends both clients and what they still have under way.
    package func shutdown() async throws {
        try await named.shutdown()
        try await discovered.shutdown()
    }

    func client(for endpoint: UpstreamEndpoint) -> HTTPClient {
        switch endpoint.source {
        case .file: named
        case .discovery: discovered
        }
    }

    /// Looks at the address that was really connected to, which no answer of a name server can change any more.
    @Sendable private static func refusePrivatePeer(_ channel: any Channel) -> EventLoopFuture<Void> {
        let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress(host: $0) }
        guard peer?.isPublic == true else {
            return channel.close().flatMap { channel.eventLoop.makeFailedFuture(PrivatePeer()) }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    /// A discovered host name led to an address that is not public.
    private struct PrivatePeer: Error, CustomStringConvertible {
        var description: String { "the name leads to an address that is not public" }
    }
}
