import AsyncHTTPClient
package import NIOCore
import NIOSSL
import Synchronization

/// The HTTP clients of one provider: one for addresses the operator named, one for addresses found out.
///
/// Neither follows redirects. The second hangs up on any peer that is not on the public internet, whatever name led to
/// it, so a provider's metadata cannot make the broker speak to its own network. Both are made when the first request
/// is: a provider that nobody uses takes no thread. Connections end when the last who asks through these clients lets go
/// of them: a provider whose file has changed finishes what is under way, and no more.
package final class UpstreamClients: Sendable {
    private struct Pair {
        let named: HTTPClient
        let discovered: HTTPClient
    }

    private let group: @Sendable () -> any EventLoopGroup
    private let authorities: CertificateAuthorities?
    private let pair = Mutex<Pair?>(nil)

    /// Clients on the threads of what `group` returns, which is asked for them once; trust is the system's and
    /// `authorities`.
    package init(
        on group: @escaping @Sendable () -> any EventLoopGroup, trusting authorities: CertificateAuthorities? = nil
    ) {
        self.group = group
        self.authorities = authorities
    }

    deinit {
        // Whoever asks holds these clients: nothing is under way any more, only idle connections are left.
        guard let pair = pair.withLock(\.self) else { return }
        for client in [pair.named, pair.discovered] { client.shutdown { _ in } }
    }

    func client(for endpoint: UpstreamEndpoint) -> HTTPClient {
        let pair = pair.withLock { known in
            let pair = known ?? makePair()
            known = pair
            return pair
        }
        return switch endpoint.source {
        case .file: pair.named
        case .discovery: pair.discovered
        }
    }

    private func makePair() -> Pair {
        let group = group()
        var tls = TLSConfiguration.makeClientConfiguration()
        // RFC 9325 section 3.1.1 forbids what is older.
        tls.minimumTLSVersion = .tlsv12
        if let authorities { tls.additionalTrustRoots = [.certificates(authorities.certificates)] }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        configuration.connectionPool.retryConnectionEstablishment = false
        let named = HTTPClient(eventLoopGroup: group, configuration: configuration)
        configuration.http1_1ConnectionDebugInitializer = Self.refusePrivatePeer
        return Pair(named: named, discovered: HTTPClient(eventLoopGroup: group, configuration: configuration))
    }

    /// Looks at the address that was really connected to, which no answer of a name server can change any more.
    @Sendable private static func refusePrivatePeer(_ channel: any Channel) -> EventLoopFuture<Void> {
        let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress(host: $0) }
        guard peer?.isPublic == true else {
            return channel.close().flatMap { channel.eventLoop.makeFailedFuture(PrivatePeer()) }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }
}

/// A discovered host name led to an address that is not public.
struct PrivatePeer: Error {}
