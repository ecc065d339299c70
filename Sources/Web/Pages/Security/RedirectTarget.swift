/// A client's redirect URI as the pages before it need it.
///
/// Browsers apply `form-action` to the redirects that follow a form, so the page with the form has to name it.
package struct RedirectTarget: Hashable, Sendable {
    /// A host-source (`https://app.example`) or scheme-source (`com.example.app:`).
    let source: String
    /// The site's host, to tell the person where they are going; `nil` for an app and for loopback.
    package let site: String?

    /// `nil` if `uri` has no scheme that a policy could name.
    package init?(redirectURI uri: String) {
        if let origin = HostSource(of: uri) {
            source = origin.source
            site = origin.source.hasPrefix("https:") ? origin.host : nil
            return
        }
        guard let colon = uri.firstIndex(of: ":") else { return nil }
        let scheme = uri[..<colon].lowercased()
        guard Self.isScheme(scheme), !Self.neverTargets.contains(scheme) else { return nil }
        // `http://[::1]:49152` (RFC 8252 §7.3): a host-source cannot spell an IPv6 literal, so its scheme must do.
        source = scheme + ":"
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
