package import NIOCore
import Synchronization

/// Whatever carries requests to the addresses that clients have registered.
package protocol ClientCalling: Sendable {
    /// Hosts that have failed several times in a row and are left alone for a while, as scheme, host and port.
    var unavailableHosts: [String] { get }

    /// The answer, whatever its status; redirects are answers too and not followed.
    ///
    /// Throws ``ConnectorError/unavailable(cause:)`` where there is no whole answer in time and in bounds.
    func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse
}

/// HTTP to the addresses that clients have registered: each host has limits and a breaker of its own, so that a bad one
/// costs nothing but itself.
package final class ClientCalls: ClientCalling {
    private let clients: UpstreamClients
    private let limits: UpstreamHTTP.Limits
    private let now: @Sendable () -> ContinuousClock.Instant
    private let transports = Mutex<[String: UpstreamHTTP]>([:])

    /// Most hosts whose failures are remembered; beyond it all start anew.
    private static let memory = 1024

    /// Requests run on the threads of `group`; what certificates are trusted is the system's business alone.
    package init(
        on group: any EventLoopGroup,
        limits: UpstreamHTTP.Limits = UpstreamHTTP.Limits(deadline: .seconds(10), concurrentRequests: 8),
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        clients = UpstreamClients(on: { group })
        self.limits = limits
        self.now = now
    }

    package var unavailableHosts: [String] {
        transports.withLock(\.self).filter { $0.value.availability == .unavailable }.map(\.key)
    }

    package func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse {
        try await transport(to: request.endpoint.origin).send(request)
    }

    private func transport(to host: String) -> UpstreamHTTP {
        transports.withLock { transports in
            if let known = transports[host] { return known }
            if transports.count >= Self.memory { transports.removeAll() }
            let transport = UpstreamHTTP(clients, limits: limits, now: now, report: { _ in })
            transports[host] = transport
            return transport
        }
    }
}

/// Whose word stands behind an address in a client's registration.
package enum Registrant: Sendable, Hashable {
    /// The operator registered the client: private addresses are as intended.
    case theOperator
    /// The client registered itself: its addresses must not make the broker speak to its own network.
    case theClient
}

extension UpstreamEndpoint {
    /// Checks an address of a client's registration; what `registrant` may not name is refused here, and where a name leads
    /// is looked at once more when connecting.
    package init(registered url: String, by registrant: Registrant) throws(Flaw) {
        switch registrant {
        case .theOperator: try self.init(named: url)
        case .theClient: try self.init(discovered: url, besides: [])
        }
    }
}
