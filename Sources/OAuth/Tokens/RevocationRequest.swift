/// A request to the revocation endpoint (RFC 7009 §2.1).
///
/// `token_type_hint` is not looked at, as §2.1 allows: a token of this server says by itself what it is.
package struct RevocationRequest: Sendable, Hashable {
    package let token: Secret

    /// Validates the form, whatever client sent it.
    package init(_ parameters: FormParameters) throws(OAuthError) {
        token = try parameters.presentedToken()
    }
}

extension FormParameters {
    /// The parameter `token` of a request about a token; every parameter may occur once.
    func presentedToken() throws(OAuthError) -> Secret {
        guard !hasRepetition else { throw OAuthError(.invalidRequest, "A parameter is repeated.") }
        let text: String?
        do throws(Unusable) {
            text = try value("token", limit: TokenRequest.maximumTokenLength)
        } catch {
            throw OAuthError(.invalidRequest, "token is too long.")
        }
        guard let text else { throw OAuthError(.invalidRequest, "token is missing.") }
        return Secret(text)
    }
}
