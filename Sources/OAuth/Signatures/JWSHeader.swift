/// The protected header of a token this server signs (RFC 7515 §4.1), encoded once so that signing need not do it again.
package struct JWSHeader: Hashable, Sendable {
    /// What kind of token it is: the `typ` header, so that one kind never passes as another (RFC 8725 §3.11).
    package enum TokenType: String, Sendable, CaseIterable {
        /// An ID token.
        case idToken = "JWT"
        /// RFC 9068 §2.1.
        case accessToken = "at+jwt"
        /// OIDC Back-Channel Logout §2.4.
        case logoutToken = "logout+jwt"
        /// RFC 9701 §5.
        case introspection = "token-introspection+jwt"
    }

    package let algorithm: SignatureAlgorithm
    package let keyID: KeyID
    package let type: TokenType
    /// The header as it stands in the token: base64url of its JSON.
    package let encoded: [UInt8]

    package init(algorithm: SignatureAlgorithm, keyID: KeyID, type: TokenType) {
        self.algorithm = algorithm
        self.keyID = keyID
        self.type = type
        let json = """
            {"alg":"\(algorithm.rawValue)","kid":\(JWSHeader.quote(keyID.rawValue)),"typ":"\(type.rawValue)"}
            """
        encoded = Array(Base64URL.encode(json.utf8).utf8)
    }

    /// Whether `text` is this header as it stands in a token.
    package func spells(_ text: Substring) -> Bool { text.utf8.span.constantTimeEquals(encoded.span) }

    /// A JSON string (RFC 8259 §7). Our key ids need no escapes, an imported key's might.
    private static func quote(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\u{0}"..<" ":
                "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
