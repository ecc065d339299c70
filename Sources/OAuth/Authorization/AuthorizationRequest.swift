/// A validated request to log somebody in (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).
package struct AuthorizationRequest: Hashable, Sendable, Codable {
    package let clientID: ClientID
    package let redirect: RegisteredRedirect
    package let responseMode: ResponseMode
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
    /// Left out of a payload where there is none.
    let namedResources: [ResourceIndicator]?
    /// The `sub` of whom an answer may be about, as the client knows them (OIDC Core §3.1.2.1 `id_token_hint`, §5.5.1
    /// `sub`); nil where anybody may log in.
    package internal(set) var expectedSubjects: Set<String>?
    /// Of which class the login is to be (OIDC Core §3.1.2.1 `acr_values`, §5.5.1.1 `acr`); nil where any will do.
    package internal(set) var context: ContextDemand?
    /// Claims asked for one by one; nil where there are none.
    package internal(set) var claims: ClaimSelection?
    /// The code of the device that the answer is for (RFC 8628); nil where it goes back through the browser.
    package private(set) var userCode: UserCode?

    /// The resources for which the client wants tokens (RFC 8707 §2.1).
    package var resources: [ResourceIndicator] { namedResources ?? [] }

    /// The same request for `scope` alone.
    package func narrowed(to scope: Scope) -> AuthorizationRequest {
        var copy = self
        copy.scope = scope
        return copy
    }

    /// The same request, to be answered about the person alone whom the client knows as `subject`; nil if it is to be
    /// about others.
    package func expecting(_ subject: String) -> AuthorizationRequest? {
        guard accepts(subject) else { return nil }
        var copy = self
        copy.expectedSubjects = [subject]
        return copy
    }

    /// The same request, its answer meant for the device that shows `userCode`.
    package func answering(_ userCode: UserCode) -> AuthorizationRequest {
        var copy = self
        copy.userCode = userCode
        return copy
    }

    /// Whether an answer may be about the person whom the client knows as `subject`.
    package func accepts(_ subject: String) -> Bool {
        expectedSubjects?.contains(subject) ?? true
    }

    /// The same request, for a login of a class that is `attainable`.
    package func limited(to attainable: Set<String>) -> AuthorizationRequest {
        var copy = self
        copy.context = context?.limited(to: attainable)
        return copy
    }

    /// The same request with the claims alone that count for `client`, by the scopes of `catalogue`.
    ///
    /// Without `openid` it is no request of OpenID Connect, and none do.
    package func asking(_ client: Client, by catalogue: ScopeCatalogue) -> AuthorizationRequest {
        guard let claims else { return self }
        var copy = self
        let counting =
            scope.contains(Scope.openid)
            ? catalogue.counting(claims, allowed: client.allowedScope, beside: scope) : .none
        copy.claims = counting.isEmpty ? nil : counting
        return copy
    }

    /// The answer that carries `code`.
    package func granted(_ code: Secret) -> AuthorizationCodeResponse {
        AuthorizationCodeResponse(redirect: redirect, mode: responseMode, state: state, code: code)
    }

    /// The answer that tells the client why there is no code.
    package func refused(_ error: OAuthError) -> AuthorizationErrorResponse {
        AuthorizationErrorResponse(redirect: redirect, mode: responseMode, state: state, error: error)
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

    /// Short, because they travel in the URL of every sealed payload.
    private enum CodingKeys: String, CodingKey {
        case clientID = "c"
        case redirect = "u"
        case responseMode = "m"
        case scope = "s"
        case state = "t"
        case nonce = "n"
        case challenge = "h"
        case prompt = "p"
        case maximumAge = "a"
        case provider = "v"
        case loginHint = "l"
        case uiLocales = "g"
        case namedResources = "r"
        case expectedSubjects = "x"
        case context = "q"
        case claims = "k"
        case userCode = "d"
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
