/// An access token as presented to a protected resource (RFC 6750 §2.1).
package struct BearerToken: Sendable, Hashable {
    package let secret: Secret

    /// Reads the `Authorization` header; `nil` if it is missing, of another scheme, or holds another character.
    package init?(authorization header: String?) {
        guard let header, header.utf8.count <= TokenRequest.maximumTokenLength,
            let token = header.credentials(of: "bearer"), Self.isToken(token)
        else { return nil }
        secret = Secret(token)
    }

    /// Whether `text` is a `b64token`: `=` stands only at its end.
    private static func isToken(_ text: String) -> Bool {
        let characters = text.utf8.span
        let content = characters.extracting(droppingLast: characters.count(ofTrailing: UInt8(ascii: "=")))
        return !content.isEmpty
            && content.satisfies { byte in ByteRule.unreserved(byte) | ByteRule.oneOf("+", "/", byte) }
    }
}
