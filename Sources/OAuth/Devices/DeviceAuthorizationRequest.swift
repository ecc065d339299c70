/// A request to `/oauth2/device_authorization` (RFC 8628 §3.1).
package struct DeviceAuthorizationRequest: Sendable, Hashable {
    /// What is asked for, or what the client gets who asks for nothing in particular.
    package let scope: Scope

    /// Validates the form of `client`.
    package init(_ parameters: FormParameters, client: Client) throws(OAuthError) {
        guard !parameters.hasRepetition else { throw OAuthError(.invalidRequest, "A parameter is repeated.") }
        let text: String?
        do throws(FormParameters.Unusable) {
            text = try parameters.value("scope")
        } catch {
            throw OAuthError(.invalidRequest, "A parameter is too long.")
        }
        guard let text else {
            scope = client.defaultScope
            return
        }
        guard let scope = Scope(parsing: text) else {
            throw OAuthError(.invalidScope, "scope holds a character that is not allowed.")
        }
        guard client.allowedScope.isSuperset(of: scope) else {
            throw OAuthError(.invalidScope, "The client may not ask for one of these scopes.")
        }
        self.scope = scope
    }
}
