import OAuth

extension UpstreamSettings {
    /// Reads what a file says about an OpenID provider or a Cognito pool.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        guard let issuer = try object.endpoint("issuer") else { throw object.problem(.missingKey, at: "issuer") }
        guard !issuer.url.contains("?") else {
            throw object.problem(.badValue(expected: "an address without a query"), at: "issuer")
        }
        try Self.checkUnsupported(object)
        self.init(
            client: try UpstreamClient(object), issuer: issuer, scope: try Self.scope(object),
            endpoints: try NamedEndpoints(object), algorithms: try Self.algorithms(object),
            claims: try ClaimMapping(object))
    }

    /// What the keys are reserved for is refused rather than ignored, so nobody relies on it by mistake.
    private static func checkUnsupported(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        switch try object.text("upstream_tokens") {
        case nil, "release": return
        case "vault": throw object.problem(.notSupportedYet, at: "upstream_tokens")
        case .some: throw object.problem(.badValue(expected: "release or vault"), at: "upstream_tokens")
        }
    }

    private static func scope(_ object: ProviderFileObject) throws(ProviderFileProblem) -> Scope {
        let tokens = try object.texts("scopes") ?? ["openid", "profile", "email"]
        let scope = Scope(tokens)
        guard Scope(parsing: scope.wireValue) == scope else {
            throw object.problem(.badValue(expected: "scopes without spaces, quotes and backslashes"), at: "scopes")
        }
        guard scope.contains(Scope.openid) else {
            throw object.problem(.badValue(expected: "a list that includes openid"), at: "scopes")
        }
        return scope
    }

    private static func algorithms(
        _ object: ProviderFileObject
    ) throws(ProviderFileProblem) -> Set<UpstreamAlgorithm> {
        guard let names = try object.texts("signing_algorithms") else { return UpstreamAlgorithm.usual }
        let algorithms = names.compactMap(UpstreamAlgorithm.init(rawValue:))
        guard algorithms.count == names.count, !algorithms.isEmpty else {
            let known = UpstreamAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw object.problem(.badValue(expected: "a list of some of \(known)"), at: "signing_algorithms")
        }
        return Set(algorithms)
    }
}

extension UpstreamClient {
    /// The values of `token_endpoint_auth_method` (RFC 7591 §2).
    private enum Method: String, CaseIterable {
        case none
        case basic = "client_secret_basic"
        case post = "client_secret_post"
    }

    fileprivate init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        let id = try object.requiredText("client_id")
        let secret = try object.text("client_secret").map(Secret.init)
        let method = try object.word("token_endpoint_auth_method", Method.self)
        switch (method, secret) {
        case (Method.none?, nil): self.init(id: id, authentication: .none)
        case (Method.none?, .some):
            throw object.problem(.badValue(expected: "left out where the method is none"), at: "client_secret")
        case (.basic?, .some(let secret)), (nil, .some(let secret)): self.init(id: id, authentication: .basic(secret))
        case (.post?, .some(let secret)): self.init(id: id, authentication: .post(secret))
        case (.basic?, nil), (.post?, nil): throw object.problem(.missingKey, at: "client_secret")
        case (nil, nil):
            // App clients of a pool that browsers use have no secret; other providers hand one out as a rule.
            guard try object.word("type", ProviderKind.self) == .cognito else {
                throw object.problem(.missingKey, at: "client_secret")
            }
            self.init(id: id, authentication: .none)
        }
    }
}

extension NamedEndpoints {
    fileprivate init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        self.init()
        guard let endpoints = try object.object("endpoints") else { return }
        authorization = try endpoints.endpoint("authorization")
        token = try endpoints.endpoint("token")
        userinfo = try endpoints.endpoint("userinfo")
        jwks = try endpoints.endpoint("jwks")
        revocation = try endpoints.endpoint("revocation")
        endSession = try endpoints.endpoint("end_session")
        api = try endpoints.endpoint("api")
    }
}

extension ClaimMapping {
    fileprivate init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        self.init()
        guard let claims = try object.object("claims") else { return }
        var paths: [String: ClaimPath] = [:]
        for name in claims.keys {
            guard !Self.reserved.contains(name) else {
                throw claims.problem(.badValue(expected: "left out: this claim is the broker's own"), at: name)
            }
            guard let path = ClaimPath(try claims.requiredText(name)) else {
                throw claims.problem(.badValue(expected: "a path such as $.custom.department"), at: name)
            }
            paths[name] = path
        }
        self.init(paths)
    }
}

extension AdmissionRule {
    /// Reads `allow`; domains compare in lower case.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        self.init()
        guard let allow = try object.object("allow") else { return }
        hostedDomains = try Self.domains("hosted_domains", in: allow)
        emailDomains = try Self.domains("email_domains", in: allow)
    }

    /// An empty list is refused: it could mean everybody or nobody.
    private static func domains(_ key: String, in allow: ProviderFileObject) throws(ProviderFileProblem) -> [String] {
        guard let texts = try allow.texts(key) else { return [] }
        let domains = texts.map { $0.lowercased() }
        let areWellFormed = domains.allSatisfy { domain in
            !domain.isEmpty && !domain.hasPrefix(".") && !domain.hasSuffix(".")
                && domain.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"@/*:".utf8.contains($0) }
        }
        guard areWellFormed, !domains.isEmpty else {
            throw allow.problem(.badValue(expected: "a list of domains such as city.example"), at: key)
        }
        return domains
    }
}

extension ProviderFileObject {
    /// The address under `key`.
    fileprivate func endpoint(_ key: String) throws(ProviderFileProblem) -> UpstreamEndpoint? {
        guard let text = try text(key) else { return nil }
        do throws(UpstreamEndpoint.Flaw) {
            return try UpstreamEndpoint(named: text)
        } catch {
            throw problem(.address(error), at: key)
        }
    }
}
