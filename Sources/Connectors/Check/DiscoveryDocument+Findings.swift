import OAuth

extension DiscoveryDocument {
    var findingOnResponseType: Finding? {
        guard let responseTypes, !responseTypes.contains("code") else { return nil }
        return Finding(.problem, "The provider does not offer the response type code.")
    }

    /// A provider of many tenants names another issuer for each.
    func findingOnIssuer(configured: String) -> Finding {
        issuer == configured
            ? Finding(.fine, "Discovery works, and the issuer is \(issuer) on both sides.")
            : Finding(.fine, "Discovery works, and tokens name their issuer as \(issuer).")
    }

    func finding(on proofKey: ProofKey) -> Finding {
        switch proofKey {
        case .none: return Finding(.note, "No PKCE challenge is sent to this provider.")
        case .s256: break
        }
        return switch codeChallengeMethods?.contains("S256") {
        case true?: Finding(.fine, "The provider supports PKCE with S256.")
        case false?: Finding(.warning, "The provider lists PKCE methods, but not S256; it may refuse the challenge.")
        case nil: Finding(.note, "The provider does not say whether it supports PKCE; the challenge is sent anyway.")
        }
    }

    /// Whether it can say here that somebody has logged out there.
    var findingOnLogouts: Finding? {
        guard tellsOfLogouts == true else { return nil }
        return Finding(
            .note,
            "It can tell of logouts there: register /login/{id}/logout of this broker as backchannel_logout_uri.")
    }

    var findingOnIssuerParameter: Finding {
        promisesIssuerParameter == true
            ? Finding(.fine, "The provider names itself in its answers (RFC 9207).")
            : Finding(.note, "The provider does not promise to name itself in its answers (RFC 9207).")
    }

    func finding(on authentication: UpstreamClient.Authentication) -> Finding {
        let method = authentication.methodName
        // Left out, the list means client_secret_basic (OIDC Discovery §3).
        let methods = tokenEndpointAuthMethods ?? ["client_secret_basic"]
        guard methods.contains(method) else {
            return Finding(
                .warning,
                "The token endpoint lists \(methods.joined(separator: ", ")), not \(method): set "
                    + "token_endpoint_auth_method to one of them.")
        }
        return Finding(.fine, "The token endpoint accepts \(method).")
    }

    func finding(on algorithms: Set<UpstreamAlgorithm>) -> Finding? {
        guard let idTokenAlgorithms else { return nil }
        let common = idTokenAlgorithms.filter { UpstreamAlgorithm(rawValue: $0).map(algorithms.contains) ?? false }
        guard !common.isEmpty else {
            let offered = idTokenAlgorithms.joined(separator: ", ")
            return Finding(
                .problem, "ID tokens are signed with \(offered), none of which is accepted (signing_algorithms).")
        }
        return Finding(.fine, "ID tokens may be signed with \(common.joined(separator: ", ")).")
    }

    func finding(on scope: Scope) -> Finding? {
        guard let scopes else { return nil }
        let missing = scope.tokens.filter { !scopes.contains($0) }
        guard !missing.isEmpty else { return nil }
        return Finding(.warning, "The provider does not list these scopes: \(missing.joined(separator: ", ")).")
    }
}

extension ConnectorError {
    /// The error in words for the operator, without a full stop.
    var words: String {
        switch self {
        case .unavailable(let cause), .misbehaved(let cause): cause
        case .refused(let code): "the provider refuses (\(TokenEndpoint.loggable(code)))"
        case .notAdmitted(let reason): "the person does not belong where they must (\(reason))"
        case .grantEnded: "the provider's grant has ended"
        case .untrusted(let flaw): "a token fails the check \(flaw.rawValue)"
        }
    }
}

extension UpstreamClient.Authentication {
    /// The method's registered name (RFC 7591 §2, RFC 7523 through OIDC Core §9).
    fileprivate var methodName: String {
        switch self {
        case .none: "none"
        case .basic: "client_secret_basic"
        case .post, .signedSecret: "client_secret_post"
        case .privateKey: "private_key_jwt"
        }
    }
}
