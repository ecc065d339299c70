/// Scheme, host and port of a web address (RFC 6454 §4).
package struct WebOrigin: Sendable, Hashable {
    package enum Scheme: String, Sendable {
        case http
        case https

        fileprivate var defaultPort: UInt16 {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    package let scheme: Scheme
    /// A DNS name or an IPv4 address in lower case, or an IPv6 address in brackets.
    package let host: String
    /// The port, where it is not the scheme's own.
    package let port: UInt16?
    /// `scheme://host[:port]` as browsers write it in `Origin`: in lower case, without the scheme's own port.
    package let value: String

    /// Reads the origin of an absolute http or https URL; `nil` for anything else, and for one with user information.
    ///
    /// Strict, because the result is written into headers: nothing but letters, digits, `-` and `.` makes a host.
    package init?(of url: String) {
        guard let colon = url.firstIndex(of: ":"), let scheme = Scheme(rawValue: url[..<colon].lowercased()) else {
            return nil
        }
        let rest = url[url.index(after: colon)...]
        guard rest.hasPrefix("//") else { return nil }
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // Judged before it is lowered: the Kelvin sign would become a k.
        guard authority.utf8.allSatisfy({ $0 < 0x80 }), let (host, port) = Self.split(authority.lowercased()) else {
            return nil
        }
        self.scheme = scheme
        self.host = host
        self.port = port == scheme.defaultPort ? nil : port
        value = "\(scheme.rawValue)://\(host)" + (self.port.map { ":\($0)" } ?? "")
    }

    /// Whether the address can only lead back to this machine (RFC 6761 §6.3, RFC 8252 §8.3).
    package var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
    }

    private static func split(_ authority: String) -> (host: String, port: UInt16?)? {
        let end: String.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            end = authority.index(after: bracket)
        } else {
            end = authority.firstIndex(of: ":") ?? authority.endIndex
        }
        let host = String(authority[..<end])
        guard isName(host) || isBracketedAddress(host) else { return nil }
        let tail = authority[end...]
        guard !tail.isEmpty else { return (host, nil) }
        guard tail.hasPrefix(":"), let port = UInt16(tail.dropFirst()), port > 0,
            tail.dropFirst().utf8.allSatisfy(isDigit)
        else { return nil }
        return (host, port)
    }

    private static func isName(_ host: String) -> Bool {
        (1...253).contains(host.utf8.count)
            && host.utf8.allSatisfy { byte in
                isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
    }

    /// By its characters alone: an address that is none leads nowhere.
    private static func isBracketedAddress(_ host: String) -> Bool {
        host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
            && host.dropFirst().dropLast().utf8.allSatisfy { byte in
                isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
                    || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
