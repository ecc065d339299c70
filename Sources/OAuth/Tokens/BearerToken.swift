/// An access token as presented to a protected resource (RFC 6750 §2.1).
package struct BearerToken: Sendable, Hashable {
    package let secret: Secret

    /// Longest token accepted, in bytes.
    private static let maximumLength = 16_384

    /// Reads the `Authorization` header; `nil` if it is missing, of another scheme, or holds another character.
    package init?(authorization header: String?) {
        guard let header, header.utf8.count <= Self.maximumLength else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer", Self.isToken(parts[1]) else { return nil }
        secret = Secret(String(parts[1]))
    }

    /// The characters of `b64token`.
    private static func isToken(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~+/=".utf8.contains(byte)
            }
        }
    }
}
