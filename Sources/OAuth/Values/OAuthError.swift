/// A protocol error as its recipient sees it (RFC 6749 §4.1.2.1 and §5.2).
///
/// The description is a constant, or what is wrong with a registration: what really happened goes to the log, never to the
/// wire.
package struct OAuthError: Error, Hashable, Sendable {
    /// The registered value of `error`.
    package enum Code: String, Sendable, CaseIterable, Codable {
        case invalidRequest = "invalid_request"
        case unauthorizedClient = "unauthorized_client"
        case accessDenied = "access_denied"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unsupportedGrantType = "unsupported_grant_type"
        /// RFC 8628 §3.5.
        case authorizationPending = "authorization_pending"
        /// RFC 8628 §3.5.
        case slowDown = "slow_down"
        /// RFC 8628 §3.5.
        case expiredToken = "expired_token"
        /// RFC 7009 §2.2.1.
        case unsupportedTokenType = "unsupported_token_type"
        /// RFC 8707 §2, RFC 8693 §2.2.2.
        case invalidTarget = "invalid_target"
        /// RFC 6750 §3.1.
        case invalidToken = "invalid_token"
        /// RFC 6750 §3.1.
        case insufficientScope = "insufficient_scope"
        /// OIDC Core §3.1.2.6.
        case loginRequired = "login_required"
        /// OIDC Core §3.1.2.6.
        case consentRequired = "consent_required"
        /// OIDC Core §3.1.2.6.
        case interactionRequired = "interaction_required"
        /// OpenID Connect Core Error Code unmet_authentication_requirements §2.
        case unmetAuthenticationRequirements = "unmet_authentication_requirements"
        /// RFC 7591 §3.2.2.
        case invalidRedirectURI = "invalid_redirect_uri"
        /// RFC 7591 §3.2.2.
        case invalidClientMetadata = "invalid_client_metadata"
        /// RFC 7591 §3.2.2.
        case unapprovedSoftwareStatement = "unapproved_software_statement"
        /// OIDC Core §3.1.2.6.
        case requestNotSupported = "request_not_supported"
        /// OIDC Core §3.1.2.6.
        case requestURINotSupported = "request_uri_not_supported"
    }

    package let code: Code
    /// `error_description`: printable ASCII without `"` and `\` (RFC 6749 §5.2).
    package let description: String

    package init(_ code: Code, _ description: StaticString) {
        self.code = code
        self.description = description.description
    }

    /// What is wrong with a registration (RFC 7591 §3.2.2). A flaw is written for whoever registers, and speaks of nothing
    /// but what they sent.
    package init(_ flaw: ClientMetadata.Flaw) {
        code = flaw.member == "redirect_uris" ? .invalidRedirectURI : .invalidClientMetadata
        let printable = flaw.description.unicodeScalars.prefix(300).map { scalar in
            (0x20...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\" ? Character(scalar) : "?"
        }
        description = String(printable)
    }
}
