package import OAuth

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
    package let origin: WebOrigin
    package let transport: Transport

    /// Takes an origin; one trailing slash is dropped.
    package init(_ text: String) throws(Flaw) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let origin = WebOrigin(of: trimmed), trimmed == trimmed.lowercased(),
            trimmed.filter({ $0 == "/" }).count == 2, !trimmed.contains(where: { $0 == "?" || $0 == "#" })
        else { throw .notAnOrigin }
        value = trimmed
        self.origin = origin
        switch (origin.scheme, origin.isLoopback) {
        case (.https, _): transport = .https
        case (.http, true): transport = .loopbackHTTP
        case (.http, false): throw .insecure
        }
    }

    package var description: String { value }
}
