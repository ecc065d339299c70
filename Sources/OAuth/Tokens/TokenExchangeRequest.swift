/// A request for token exchange (RFC 8693 §2.1).
package struct TokenExchangeRequest: Sendable, Hashable {
    /// The access token in whose name the client asks.
    package let subjectToken: Secret
    /// What is asked for.
    package let requested: TokenTypeName
    /// `audience`: for whom, by name.
    package let audiences: [String]
    /// `resource`: for whom, by address.
    package let resources: [ResourceIndicator]
    package let scope: Scope?

    /// The parameters that may be repeated (§2.1).
    static let repeatable: Set<String> = ["audience", "resource"]

    /// Most targets of one request.
    private static let maximumTargets = 8

    init(_ parameters: FormParameters) throws(OAuthError) {
        subjectToken = Secret(
            try TokenRequest.required("subject_token", in: parameters, "subject_token is missing."))
        let type = try TokenRequest.required("subject_token_type", in: parameters, "subject_token_type is missing.")
        guard type == TokenTypeName.accessToken.rawValue else {
            throw OAuthError(.invalidRequest, "Only access tokens are accepted as subject tokens.")
        }
        guard try TokenRequest.value("actor_token", in: parameters) == nil,
            try TokenRequest.value("actor_token_type", in: parameters) == nil
        else { throw OAuthError(.invalidRequest, "actor_token is not supported.") }
        if let type = try TokenRequest.value("requested_token_type", in: parameters) {
            guard let known = TokenTypeName(rawValue: type) else {
                throw OAuthError(.invalidRequest, "requested_token_type is not one that is issued here.")
            }
            requested = known
        } else {
            requested = .accessToken
        }
        audiences = try Self.targets("audience", in: parameters)
        resources = try parameters.resourceIndicators()
        guard audiences.count + resources.count <= Self.maximumTargets else {
            throw OAuthError(.invalidRequest, "There are too many targets.")
        }
        scope = try TokenRequest.scope(in: parameters)
    }

    private static func targets(_ name: String, in parameters: FormParameters) throws(OAuthError) -> [String] {
        do throws(FormParameters.Unusable) {
            return try parameters.values(name, limit: ResourceIndicator.maximumLength)
        } catch {
            throw OAuthError(.invalidTarget, "A target is too long.")
        }
    }
}

extension FormParameters {
    /// The values of `resource`; `invalid_target` for what is no absolute URI without fragment (RFC 8707 §2).
    func resourceIndicators() throws(OAuthError) -> [ResourceIndicator] {
        let texts: [String]
        do throws(Unusable) {
            texts = try values("resource", limit: ResourceIndicator.maximumLength)
        } catch {
            throw OAuthError(.invalidTarget, "A resource is too long.")
        }
        var resources: [ResourceIndicator] = []
        for text in texts {
            guard let resource = ResourceIndicator(text) else {
                throw OAuthError(.invalidTarget, "A resource is no absolute URI without a fragment.")
            }
            if !resources.contains(resource) { resources.append(resource) }
        }
        return resources
    }
}
