import OAuth

/// An address of a provider, and who vouches for it.
package struct UpstreamEndpoint: Sendable, Hashable {
    /// Who named the address.
    package enum Source: Sendable, Hashable {
        /// The operator, in the provider file: private addresses are as intended.
        case file
        /// The provider's own metadata: it must lead to a public address.
        case discovery
    }

    /// Why an address is not asked.
    package enum Flaw: Error, Sendable, Hashable, CaseIterable {
        /// Not an absolute http or https URI, or one with user information or a fragment.
        case malformed
        /// Plain http anywhere but on loopback, or from discovery.
        case insecure
        /// A loopback, private or link-local address that the file does not name.
        case privateAddress
    }

    package let url: String
    package let source: Source
    /// Scheme, host and port, as written but for the default port.
    let origin: String

    /// Checks an address the operator wrote into the file.
    package init(named url: String) throws(Flaw) {
        let parts = try Self.parts(of: url)
        guard parts.scheme == "https" || parts.isLoopback else { throw .insecure }
        self.url = url
        source = .file
        origin = Self.origin(of: parts)
    }

    /// Checks an address from discovery; on an origin that the file names too, it counts as named.
    package init(discovered url: String, besides named: some Sequence<UpstreamEndpoint>) throws(Flaw) {
        let parts = try Self.parts(of: url)
        let origin = Self.origin(of: parts)
        self.url = url
        self.origin = origin
        guard !named.contains(where: { $0.origin == origin }) else {
            source = .file
            return
        }
        guard parts.scheme == "https" else { throw .insecure }
        guard Self.mayBePublic(parts.host) else { throw .privateAddress }
        source = .discovery
    }

    /// The same address with `path` in place of its own path and query; who vouches for it stays.
    func replacingPath(with path: String) -> UpstreamEndpoint {
        UpstreamEndpoint(url: origin + path, source: source, origin: origin)
    }

    /// The same address with `path` after its own path, without a doubled slash.
    func appendingPath(_ path: String) -> UpstreamEndpoint {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        return UpstreamEndpoint(url: base + path, source: source, origin: origin)
    }

    /// The same address with `parameters` added to its query; logs do not show them.
    func adding(_ parameters: [(name: String, value: String)]) -> UpstreamEndpoint {
        UpstreamEndpoint(url: url(adding: parameters), source: source, origin: origin)
    }

    /// The address with `parameters` added to its query (RFC 6749 §3.1: one it has already is kept).
    func url(adding parameters: [(name: String, value: String)]) -> String {
        url + (url.contains("?") ? "&" : "?") + FormEncoding.encode(parameters)
    }

    init(url: String, source: Source, origin: String) {
        self.url = url
        self.source = source
        self.origin = origin
    }

    private static func parts(of url: String) throws(Flaw) -> URIParts {
        let printable = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        guard printable, !url.contains("\\"), url.utf8.count <= 2000, let parts = URIParts(url),
            parts.scheme == "https" || parts.scheme == "http", !parts.host.isEmpty, parts.hasWellFormedPort,
            parts.authority?.contains("@") == false
        else { throw .malformed }
        return parts
    }

    /// Whether a host can be a public one as far as its spelling tells; where it leads is looked at when connecting.
    ///
    /// A last label that begins with a digit is no public name but an address, perhaps in an old spelling (`127.1`), and a
    /// name of one label is one of the broker's own network.
    private static func mayBePublic(_ host: String) -> Bool {
        if let address = IPAddress(host: host) { return address.isPublic }
        let labels = host.lowercased().split(separator: ".")
        guard labels.count > 1, let last = labels.last, last != "localhost", !host.hasPrefix("[") else { return false }
        return !(last.first?.isNumber ?? true)
    }

    private static func origin(of parts: URIParts) -> String {
        let host = parts.host.lowercased()
        guard let port = parts.port, port != (parts.scheme == "https" ? "443" : "80") else {
            return "\(parts.scheme)://\(host)"
        }
        return "\(parts.scheme)://\(host):\(port)"
    }
}

extension UpstreamEndpoint: CustomStringConvertible {
    /// The address without its query, for logs.
    package var description: String {
        url.split(separator: "?", maxSplits: 1).first.map(String.init) ?? origin
    }
}
