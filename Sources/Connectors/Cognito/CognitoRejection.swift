/// Why the user-pool API refused, as its error names and messages tell.
struct CognitoRejection: Decodable, Sendable {
    private let type: String
    private let message: String?

    private enum CodingKeys: String, CodingKey {
        case type = "__type"
        case message
    }

    private enum CapitalKeys: String, CodingKey {
        case message = "Message"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        // Some answers carry the name behind a namespace, "com.amazonaws.cognito…#NotAuthorizedException".
        self.type = type.split(separator: "#").last.map(String.init) ?? type
        message =
            try container.decodeIfPresent(String.self, forKey: .message)
            ?? decoder.container(keyedBy: CapitalKeys.self).decodeIfPresent(String.self, forKey: .message)
    }

    /// What a refusal of a refresh token means for the grant.
    enum Meaning: Sendable, Hashable {
        /// The pool's way of saying `invalid_grant`.
        case grantEnded
        /// This app client rotates refresh tokens, for which there is another operation.
        case rotates
        /// Our own credentials or names are wrong: nobody may be logged out for that.
        case misconfigured
        /// This app client revokes no tokens, or not of this kind.
        case revocationDisabled
        case unavailable
    }

    var meaning: Meaning {
        let words = (message ?? "").lowercased().filter { $0.isLetter }
        switch type {
        case "RefreshTokenReuseException", "UserNotFoundException": return .grantEnded
        case "NotAuthorizedException":
            if concernsOperation(words) { return .rotates }
            return words.contains("secrethash") || words.contains("clientsecret") ? .misconfigured : .grantEnded
        case "InvalidParameterException":
            return concernsOperation(words) ? .rotates : .misconfigured
        case "UnsupportedOperationException", "UnsupportedTokenTypeException":
            return concernsOperation(words) ? .rotates : .revocationDisabled
        case "ResourceNotFoundException", "InvalidUserPoolConfigurationException", "SerializationException",
            "UnknownOperationException", "AccessDeniedException":
            return .misconfigured
        default: return .unavailable
        }
    }

    /// An app client that rotates has `ALLOW_REFRESH_TOKEN_AUTH` switched off.
    private func concernsOperation(_ words: String) -> Bool {
        words.contains("rotation") || words.contains("notenabled")
    }

    /// Whether all it says is that the token is no good ("Invalid Refresh Token"), not what became of it.
    var saysInvalidToken: Bool {
        type == "NotAuthorizedException" && message?.lowercased().hasPrefix("invalid refresh token") == true
    }

    /// Whether the pool does not know the operation at all, as emulators may not.
    var namesNoOperation: Bool { type == "UnknownOperationException" }

    /// Whether the access token is good, but not for this operation ("Access Token does not have required scopes").
    var concernsScope: Bool {
        type == "NotAuthorizedException" && message?.lowercased().contains("scope") == true
    }

    /// The error's name, for logs; its message is left out because it can quote what was sent.
    var name: String { TokenEndpoint.loggable(type) }
}
