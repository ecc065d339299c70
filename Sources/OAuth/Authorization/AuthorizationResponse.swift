/// What goes back to a client's registered redirect URI (RFC 6749 §4.1.2, RFC 9207).
package protocol AuthorizationResponse: Sendable, Hashable {
    var redirect: RegisteredRedirect { get }
    var mode: ResponseMode { get }
    /// What the client is told, with `issuer` as `iss`.
    func parameters(issuer: String) -> [(name: String, value: String)]
}

extension AuthorizationResponse {
    /// Where the browser goes with an answer in the query.
    package func location(issuer: String) -> String {
        redirect.appending(parameters(issuer: issuer))
    }
}

/// An error on its way to the client (RFC 6749 §4.1.2.1).
package struct AuthorizationErrorResponse: AuthorizationResponse {
    package let redirect: RegisteredRedirect
    package let mode: ResponseMode
    package let state: String?
    package let error: OAuthError

    package init(redirect: RegisteredRedirect, mode: ResponseMode, state: String?, error: OAuthError) {
        self.redirect = redirect
        self.mode = mode
        self.state = state
        self.error = error
    }

    package func parameters(issuer: String) -> [(name: String, value: String)] {
        var parameters = [(name: "error", value: error.code.rawValue), ("error_description", error.description)]
        if let state { parameters.append(("state", state)) }
        parameters.append(("iss", issuer))
        return parameters
    }
}

/// A code on its way to the client (RFC 6749 §4.1.2).
package struct AuthorizationCodeResponse: AuthorizationResponse {
    package let redirect: RegisteredRedirect
    package let mode: ResponseMode
    package let state: String?
    package let code: Secret

    package init(redirect: RegisteredRedirect, mode: ResponseMode, state: String?, code: Secret) {
        self.redirect = redirect
        self.mode = mode
        self.state = state
        self.code = code
    }

    package func parameters(issuer: String) -> [(name: String, value: String)] {
        var parameters = [(name: "code", value: code.reveal())]
        if let state { parameters.append(("state", state)) }
        parameters.append(("iss", issuer))
        return parameters
    }
}
