/// A client's redirect URI as the pages before it need it.
///
/// Browsers apply `form-action` to every redirect that follows a form (CSP Level 3 §6.1.3), so the page with the form has to
/// name it, and with it wherever the client sends the browser on from there, which only the client knows.
package struct RedirectTarget: Hashable, Sendable {
    /// Scheme-sources (`https:`, `com.example.app:`), and host-sources of loopback for a client there.
    let sources: [String]
    /// The site's host, to tell the person where they are going; `nil` for an app and for loopback.
    package let site: String?

    /// `nil` if `uri` has no scheme that a policy could name.
    package init?(redirectURI uri: String) {
        if let origin = HostSource(of: uri) {
            let isHTTPS = origin.source.hasPrefix("https:")
            sources = isHTTPS ? ["https:"] : ["https:", "http://localhost:*", "http://127.0.0.1:*"]
            site = isHTTPS ? origin.host : nil
            return
        }
        guard let colon = uri.firstIndex(of: ":") else { return nil }
        let scheme = uri[..<colon].lowercased()
        guard Self.isScheme(scheme), !Self.neverTargets.contains(scheme) else { return nil }
        // `http://[::1]:49152` (RFC 8252 §7.3): a host-source cannot spell an IPv6 literal, so its scheme must do.
        sources = [scheme + ":"]
        site = nil
    }

    private static let neverTargets: Set<String> = ["javascript", "data", "blob", "filesystem", "about", "vbscript"]

    /// RFC 3986 §3.1.
    private static func isScheme(_ scheme: String) -> Bool {
        guard let first = scheme.utf8.first, isLetter(first) else { return false }
        return scheme.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
