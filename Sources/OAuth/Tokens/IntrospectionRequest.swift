/// A request to the introspection endpoint (RFC 7662 §2.1).
///
/// `token_type_hint` is not looked at, as §2.1 allows: a token of this server says by itself what it is.
package struct IntrospectionRequest: Sendable, Hashable {
    package let token: Secret

    /// Validates the form, whatever client sent it.
    package init(_ parameters: FormParameters) throws(OAuthError) {
        token = try parameters.presentedToken()
    }
}
