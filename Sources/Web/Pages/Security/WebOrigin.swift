/// Scheme, host and port of a web address, as Content-Security-Policy spells a host-source (CSP Level 3 §2.3.1).
package struct WebOrigin: Hashable, Sendable {
    /// `https://host[:port]`; only characters a policy may hold.
    package let source: String
    /// The host alone, in lower case.
    package let host: String

    /// `nil` unless `address` is https, or http on loopback, with a DNS name or IPv4 address for a host.
    ///
    /// Strict, because the result is written into a header: user information, IPv6 literals (which the grammar of a
    /// host-source lacks) and every character outside letters, digits, `-` and `.` are refused.
    package init?(of address: String) {
        guard let (scheme, authority) = Self.split(address) else { return nil }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first.map({ $0.lowercased() }), Self.isHost(host) else { return nil }
        guard scheme == "https" || scheme == "http" && Self.isLoopback(host) else { return nil }
        self.host = host
        guard let port = parts.dropFirst().first else {
            source = "\(scheme)://\(host)"
            return
        }
        guard let number = UInt16(port), number > 0, port.utf8.allSatisfy(Self.isDigit) else { return nil }
        source = "\(scheme)://\(host):\(number)"
    }

    private static func split(_ address: String) -> (scheme: String, authority: Substring)? {
        guard let colon = address.firstIndex(of: ":") else { return nil }
        let scheme = address[..<colon].lowercased()
        let rest = address[address.index(after: colon)...]
        guard rest.hasPrefix("//") else { return nil }
        return (scheme, rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" })
    }

    private static func isHost(_ host: String) -> Bool {
        !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost")
            || host.hasPrefix("127.") && host.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
