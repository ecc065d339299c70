/// A request to the token endpoint, keyed by grant type: each case has exactly its own parameters (RFC 6749 §4.1.3, §4.4.2,
/// §6, RFC 8693 §2.1, RFC 8628 §3.4).
package enum TokenRequest: Sendable, Hashable {
    case authorizationCode(code: Secret, redirectURI: String, verifier: Verifier)
    case refreshToken(token: Secret, scope: Scope?)
    case clientCredentials(scope: Scope?)
    case tokenExchange(TokenExchangeRequest)
    case deviceCode(Secret)

    /// `code_verifier` as presented; judged only together with the code (RFC 7636 §4.6).
    package enum Verifier: Sendable, Hashable {
        case absent
        case malformed
        case presented(CodeVerifier)
    }

    /// Longest token accepted in a form or a header, in bytes: sealed tokens carry upstream ones, which can name hundreds
    /// of groups.
    static let maximumTokenLength = 49_152

    /// Validates the form, whatever client sent it.
    package init(_ parameters: FormParameters) throws(OAuthError) {
        let type = try Self.value("grant_type", in: parameters)
        let isExchange = type == Client.GrantType.tokenExchange.rawValue
        let repeatable = isExchange ? TokenExchangeRequest.repeatable : FormParameters.resourceParameter
        guard !parameters.repeats(besides: repeatable) else {
            throw OAuthError(.invalidRequest, "A parameter is repeated.")
        }
        switch type {
        case "authorization_code":
            let code = try Self.required("code", in: parameters, "code is missing.")
            let redirectURI = try Self.required("redirect_uri", in: parameters, "redirect_uri is missing.")
            let text = try Self.value("code_verifier", in: parameters)
            let verifier = text.map { CodeVerifier($0).map(Verifier.presented) ?? .malformed } ?? .absent
            self = .authorizationCode(code: Secret(code), redirectURI: redirectURI, verifier: verifier)
        case "refresh_token":
            let token = try Self.required("refresh_token", in: parameters, "refresh_token is missing.")
            self = .refreshToken(token: Secret(token), scope: try Self.scope(in: parameters))
        case "client_credentials":
            self = .clientCredentials(scope: try Self.scope(in: parameters))
        case Client.GrantType.tokenExchange.rawValue:
            self = .tokenExchange(try TokenExchangeRequest(parameters))
        case Client.GrantType.deviceCode.rawValue:
            self = .deviceCode(Secret(try Self.required("device_code", in: parameters, "device_code is missing.")))
        case nil:
            throw OAuthError(.invalidRequest, "grant_type is missing.")
        case .some:
            throw OAuthError(.unsupportedGrantType, "This grant type is not supported.")
        }
    }

    /// The grant type a client has to be registered for.
    package var grantType: Client.GrantType {
        switch self {
        case .authorizationCode: .authorizationCode
        case .refreshToken: .refreshToken
        case .clientCredentials: .clientCredentials
        case .tokenExchange: .tokenExchange
        case .deviceCode: .deviceCode
        }
    }

    static func value(_ name: String, in parameters: FormParameters) throws(OAuthError) -> String? {
        do throws(FormParameters.Unusable) {
            return try parameters.value(name, limit: maximumTokenLength)
        } catch {
            switch error {
            case .repeated: throw OAuthError(.invalidRequest, "A parameter is repeated.")
            case .tooLong: throw OAuthError(.invalidRequest, "A parameter is too long.")
            }
        }
    }

    static func required(
        _ name: String, in parameters: FormParameters, _ complaint: StaticString
    ) throws(OAuthError) -> String {
        guard let value = try value(name, in: parameters) else { throw OAuthError(.invalidRequest, complaint) }
        return value
    }

    static func scope(in parameters: FormParameters) throws(OAuthError) -> Scope? {
        guard let text = try value("scope", in: parameters) else { return nil }
        guard let scope = Scope(parsing: text) else {
            throw OAuthError(.invalidScope, "scope holds a character that is not allowed.")
        }
        return scope
    }
}
