/// A redirect URI fit to be registered (RFC 6749 §3.1.2, RFC 9700 §4.1.3).
package struct RedirectURI: Hashable, Sendable, CustomStringConvertible {
    /// Why a URI cannot be registered.
    package enum Flaw: Error, Sendable, Equatable {
        /// No scheme, no host, or a character a URI cannot hold.
        case malformed
        case fragment
        case userInformation
        /// Plain http anywhere but on loopback.
        case insecure
        /// A private-use scheme without a dot (RFC 8252 §7.1), or one that browsers run as code.
        case scheme
        case tooLong
    }

    /// The URI exactly as registered.
    package let value: String

    /// Longest URI accepted, in bytes.
    package static let maximumLength = 2000

    /// Checks `text` before it is registered.
    package init(registering text: String) throws(Flaw) {
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.isForbidden($0) }) else {
            throw .malformed
        }
        guard !text.utf8.contains(UInt8(ascii: "#")) else { throw .fragment }
        guard let parts = URIParts(text) else { throw .malformed }
        switch parts.scheme {
        case "https": try Self.checkAuthority(parts)
        case "http":
            try Self.checkAuthority(parts)
            guard parts.isLoopback else { throw .insecure }
        default:
            guard parts.scheme.contains("."), !parts.rest.isEmpty else { throw .scheme }
        }
        value = text
    }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            true
        default: false
        }
    }

    private static func checkAuthority(_ parts: URIParts) throws(Flaw) {
        guard let authority = parts.authority, !parts.host.isEmpty else { throw .malformed }
        guard !authority.contains("@") else { throw .userInformation }
        guard parts.hasWellFormedHost, parts.hasWellFormedPort else { throw .malformed }
    }

    package var description: String { value }

    /// Whether `presented` is this URI: the same characters, or for a native app's loopback URI the same but for the
    /// port (RFC 8252 §7.3).
    package func matches(_ presented: String) -> Bool {
        if presented.utf8.span.constantTimeEquals(value.utf8.span) { return true }
        guard let registered = URIParts(value), registered.scheme == "http", registered.isLoopbackAddress,
            let candidate = URIParts(presented), candidate.scheme == "http",
            presented.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.isForbidden($0) }),
            candidate.hasWellFormedPort
        else { return false }
        return candidate.host == registered.host && candidate.pathAndQuery == registered.pathAndQuery
            && candidate.authority?.contains("@") == false && !presented.utf8.contains(UInt8(ascii: "#"))
    }
}

/// A URI cut at its delimiters, with nothing decoded or normalised (RFC 3986 §3).
package struct URIParts: Sendable {
    package let scheme: String
    package let authority: String?
    package let host: String
    package let port: String?
    package let pathAndQuery: String
    /// All after the scheme's colon.
    package let rest: String

    /// `nil` without a lower-case scheme, or with a broken bracketed host.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        scheme = String(text[..<colon])
        guard let first = scheme.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
            scheme.utf8.allSatisfy({
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.".utf8.contains($0)
            })
        else { return nil }
        rest = String(text[text.index(after: colon)...])
        guard rest.hasPrefix("//") else {
            (authority, host, port, pathAndQuery) = (nil, "", nil, rest)
            return
        }
        let afterSlashes = rest.dropFirst(2)
        let end = afterSlashes.firstIndex { "/?#".contains($0) } ?? afterSlashes.endIndex
        let authority = String(afterSlashes[..<end])
        self.authority = authority
        pathAndQuery = String(afterSlashes[end...])
        if authority.hasPrefix("["), let bracket = authority.lastIndex(of: "]") {
            host = String(authority[...bracket])
            let tail = authority[authority.index(after: bracket)...]
            port = tail.hasPrefix(":") ? String(tail.dropFirst()) : nil
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
        } else if let colon = authority.lastIndex(of: ":") {
            host = String(authority[..<colon])
            port = String(authority[authority.index(after: colon)...])
        } else {
            (host, port) = (authority, nil)
        }
    }

    /// A loopback address in literal form; `localhost` is a name that a resolver may send elsewhere (RFC 8252 §8.3).
    package var isLoopbackAddress: Bool { host == "127.0.0.1" || host == "[::1]" }

    /// A loopback address, or the name `localhost`.
    package var isLoopback: Bool { isLoopbackAddress || host == "localhost" }

    /// Whether the host is a name of letters, digits, `-`, `_` and dots, or an IPv6 address in brackets.
    ///
    /// Narrower than RFC 3986 §3.2.2: what else may stand there (`*`, `;`, `'`, escapes) has a meaning of its own in a
    /// Content-Security-Policy, and none in a host.
    package var hasWellFormedHost: Bool {
        if host.hasPrefix("[") {
            let address = host.dropFirst().dropLast()
            return host.hasSuffix("]") && address.contains(":")
                && address.utf8.allSatisfy { Self.isHexadecimal($0) || ":.".utf8.contains($0) }
        }
        return !host.isEmpty && host.utf8.allSatisfy { Self.isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) && (byte | 0x20) <= UInt8(ascii: "f")
    }

    /// Whether the port, if there is one, is 1 to 65535 in plain digits.
    package var hasWellFormedPort: Bool {
        guard let port else { return true }
        guard let number = UInt16(port), number > 0 else { return false }
        return String(number) == port
    }
}
