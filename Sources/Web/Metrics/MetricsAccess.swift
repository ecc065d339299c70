package import Broker

/// Who may read `/metrics`, and what is counted for it.
package struct MetricsAccess: Sendable {
    let requests: RequestMeter
    let text: @Sendable (BrokerEnvironment) -> String
    private let readers: TrustedProxies

    /// `readers` are the addresses and networks that may read; `text` gathers everything.
    package init(
        readers: TrustedProxies, requests: RequestMeter,
        text: @escaping @Sendable (BrokerEnvironment) -> String
    ) {
        self.readers = readers
        self.requests = requests
        self.text = text
    }

    /// Whether the client at `address` may read, whose request named the proxies in `forwardedFor`.
    ///
    /// A request that came over a proxy of which nobody told us is anybody's, wherever the proxy stands.
    func admits(_ address: String, peer: String, forwardedFor: [String]) -> Bool {
        (forwardedFor.isEmpty || address != peer) && readers.trusts(address)
    }
}
