/// A request for token exchange (RFC 8693 §2.1).
package struct TokenExchangeRequest: Sendable, Hashable {
    /// The access token in whose name the client asks.
    package let subjectToken: Secret
    /// The access token of the one who is to act, where the client says more of that than that it is itself.
    package let actorToken: Secret?
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
        actorToken = try Self.actorToken(in: parameters)
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

    /// The one and its type go together (§2.1).
    private static func actorToken(in parameters: FormParameters) throws(OAuthError) -> Secret? {
        let token = try TokenRequest.value("actor_token", in: parameters)
        let type = try TokenRequest.value("actor_token_type", in: parameters)
        switch (token, type) {
        case (nil, nil): return nil
        case (let token?, TokenTypeName.accessToken.rawValue): return Secret(token)
        case (_?, _?): throw OAuthError(.invalidRequest, "Only access tokens are accepted as actor tokens.")
        case (nil, _?), (_?, nil): throw OAuthError(.invalidRequest, "actor_token and its type go together.")
        }
    }

    private static func targets(_ name: String, in parameters: FormParameters) throws(OAuthError) -> [String] {
        do throws(FormParameters.Unusable) {
            return try parameters.values(name, limit: ResourceIndicator.maximumLength)
        } catch {
            throw OAuthError(.invalidTarget, "A target is too long.")
        }
    }
}
