/// An access token as presented to a protected resource (RFC 6750 §2.1).
package struct BearerToken: Sendable, Hashable {
    package let secret: Secret

    /// Reads the `Authorization` header; `nil` if it is missing, of another scheme, or holds another character.
    package init?(authorization header: String?) {
        guard let header, header.utf8.count <= TokenRequest.maximumTokenLength else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        guard Self.isToken(token) else { return nil }
        secret = Secret(String(token))
    }

    /// Whether `text` is a `b64token`: `=` stands only at its end.
    private static func isToken(_ text: Substring) -> Bool {
        let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let content = text.utf8.dropLast(padding)
        return !content.isEmpty
            && content.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~+/".utf8.contains(byte)
                }
            }
    }
}
