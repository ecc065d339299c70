/// This broker's own address (RFC 8414 §2): an origin, https anywhere but on loopback.
package struct Issuer: Sendable, Hashable, CustomStringConvertible {
    /// Why a text cannot be an issuer.
    package enum Flaw: Error, Sendable, Equatable {
        /// Not scheme, host and optional port alone.
        case notAnOrigin
        /// Plain http on a host that is not loopback.
        case insecure
    }

    /// How browsers reach the broker, on which cookie names and flags depend.
    package enum Transport: Sendable {
        case https
        case loopbackHTTP
    }

    /// The origin without a trailing slash.
    package let value: String
    package let transport: Transport

    /// Takes an origin; one trailing slash is dropped.
    package init(_ text: String) throws(Flaw) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let origin = WebOrigin(trimmed), origin.value == trimmed else { throw .notAnOrigin }
        value = trimmed
        switch (origin.scheme, origin.isLoopback) {
        case (.https, _): transport = .https
        case (.http, true): transport = .loopbackHTTP
        case (.http, false): throw .insecure
        }
    }

    package var description: String { value }
}

/// Scheme, host and port of a web address (RFC 6454).
package struct WebOrigin: Sendable, Hashable {
    package enum Scheme: String, Sendable { case http, https }

    package let scheme: Scheme
    /// The host as written, lower case, IPv6 in brackets.
    package let host: String
    /// `scheme://host[:port]`, as browsers write it in `Origin`.
    package let value: String

    /// Reads the origin of an absolute http or https URL; `nil` for anything else, or with user information.
    package init?(_ url: String) {
        guard let separator = url.range(of: "://"), let scheme = Scheme(rawValue: String(url[..<separator.lowerBound]))
        else { return nil }
        let authority = url[separator.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@"), authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            authority == authority.lowercased()
        else { return nil }
        self.scheme = scheme
        value = "\(scheme.rawValue)://\(authority)"
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = String(authority[...end])
        } else {
            host = String(authority.prefix { $0 != ":" })
        }
        guard !host.isEmpty else { return nil }
    }

    package var isLoopback: Bool { ["localhost", "127.0.0.1", "[::1]"].contains(host) }
}

extension StringProtocol {
    /// The first occurrence of `other`, found without Foundation.
    fileprivate func range(of other: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) {
                return start..<index(start, offsetBy: other.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
