/// `code_challenge` with the one accepted method, S256 (RFC 7636 §4.2); `plain` cannot be represented.
package struct CodeChallenge: Hashable, Sendable, Codable {
    /// 43 base64url characters.
    package let value: String

    /// With the last of 43 characters 32 bytes end, and two bits are left over, which are zero.
    private static let lastCharacters = Array("AEIMQUYcgkosw048".utf8)

    /// `nil` unless `text` is the base64url form of 32 bytes.
    package init?(s256 text: String) {
        let characters = text.utf8.span
        guard characters.count == 43, characters.satisfies(ByteRule.base64URL),
            Self.lastCharacters.contains(characters[42])
        else { return nil }
        value = text
    }

    /// The challenge that `verifier` answers.
    package init(of verifier: CodeVerifier) {
        value = Base64URL.encode(verifier.secret.reveal().utf8.span.sha256)
    }

    /// Whether `verifier` answers this challenge (RFC 7636 §4.6).
    package func isAnswered(by verifier: CodeVerifier) -> Bool {
        value.utf8.span.constantTimeEquals(CodeChallenge(of: verifier).value.utf8.span)
    }
}

/// `code_verifier` (RFC 7636 §4.1): 43 to 128 unreserved characters.
package struct CodeVerifier: Hashable, Sendable, Codable {
    package let secret: Secret

    /// `nil` for another length or another character.
    package init?(_ text: String) {
        guard (43...128).contains(text.utf8.count), text.utf8.span.satisfies(ByteRule.unreserved) else { return nil }
        secret = Secret(text)
    }

    /// Makes a verifier of 32 random bytes (RFC 7636 §7.1).
    package init(random bytes: RandomBytes<Bits256>) {
        secret = Secret(Base64URL.encode(bytes.bytes))
    }
}
