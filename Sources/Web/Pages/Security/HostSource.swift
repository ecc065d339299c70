import OAuth

/// A web origin as Content-Security-Policy spells it (CSP Level 3 §2.3.1 `host-source`).
package struct HostSource: Hashable, Sendable {
    /// `https://host[:port]`; only characters a policy may hold.
    package let source: String
    /// The host alone, in lower case.
    package let host: String

    /// `nil` unless `address` is https, or http on loopback, with a DNS name or IPv4 address for a host: the grammar of
    /// a host-source has no IPv6 literals.
    package init?(of address: String) {
        guard let origin = WebOrigin(of: address), !origin.host.hasPrefix("[") else { return nil }
        switch origin.scheme {
        case .https: break
        case .http: guard origin.isLoopback else { return nil }
        }
        source = origin.value
        host = origin.host
    }
}
