/// A validated request to log somebody in (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).
package struct AuthorizationRequest: Hashable, Sendable, Codable {
    package let clientID: ClientID
    package let redirect: RegisteredRedirect
    package internal(set) var scope: Scope
    package let state: String?
    package let nonce: String?
    package let challenge: CodeChallenge
    package let prompt: Prompt
    /// Most seconds since the person last proved themselves (OIDC Core §3.1.2.1 `max_age`).
    package let maximumAge: Int?
    /// The provider the client wants used, which skips the chooser.
    package let provider: ProviderID?
    package let loginHint: String?
    package let uiLocales: [String]

    /// The same request for `scope` alone.
    package func narrowed(to scope: Scope) -> AuthorizationRequest {
        var copy = self
        copy.scope = scope
        return copy
    }

    /// `prompt` (OIDC Core §3.1.2.1), whose values exclude each other here as `none` does there.
    package enum Prompt: String, Sendable, Codable {
        /// Not given: ask for whatever is missing.
        case unspecified
        case none
        case login
        case consent
        case loginAndConsent
        case selectAccount

        /// As it stands in a request; nil where it does not.
        package var wireValue: String? {
            switch self {
            case .unspecified: nil
            case .none: "none"
            case .login: "login"
            case .consent: "consent"
            case .loginAndConsent: "login consent"
            case .selectAccount: "select_account"
            }
        }
    }
}

/// Why `/oauth2/authorize` refuses, and where it may say so.
package enum AuthorizationRejection: Error, Sendable, Equatable {
    /// Nothing proves that the redirect URI is the client's: the person sees a page, the browser stays here.
    case page(PageReason)
    /// The redirect URI is registered, so the client may be told (RFC 6749 §4.1.2.1).
    case redirect(AuthorizationErrorResponse)

    /// What a page has to explain.
    package enum PageReason: Sendable, Equatable, CaseIterable {
        case malformedRequest
        case unknownClient
        case redirectURINotRegistered
    }
}

/// An error response that travels to a registered redirect URI (RFC 6749 §4.1.2.1, RFC 9207).
package struct AuthorizationErrorResponse: Error, Sendable, Hashable {
    package let redirect: RegisteredRedirect
    package let state: String?
    package let error: OAuthError

    package init(redirect: RegisteredRedirect, state: String?, error: OAuthError) {
        self.redirect = redirect
        self.state = state
        self.error = error
    }

    /// Where the browser goes; `issuer` is added as `iss`.
    package func location(issuer: String) -> String {
        var parameters = [(name: "error", value: error.code.rawValue), ("error_description", error.description)]
        if let state { parameters.append(("state", state)) }
        parameters.append(("iss", issuer))
        return redirect.appending(parameters)
    }
}

/// A code on its way to the client (RFC 6749 §4.1.2, RFC 9207).
package struct AuthorizationCodeResponse: Sendable, Hashable {
    package let redirect: RegisteredRedirect
    package let state: String?
    package let code: Secret

    package init(redirect: RegisteredRedirect, state: String?, code: Secret) {
        self.redirect = redirect
        self.state = state
        self.code = code
    }

    /// Where the browser goes; `issuer` is added as `iss`.
    package func location(issuer: String) -> String {
        var parameters = [(name: "code", value: code.reveal())]
        if let state { parameters.append(("state", state)) }
        parameters.append(("iss", issuer))
        return redirect.appending(parameters)
    }
}
