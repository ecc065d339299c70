import OAuth

/// What a kind of provider has unless its file says otherwise.
struct UpstreamDefaults: Sendable {
    /// Nil where every file has to name its issuer.
    var issuer: String?
    var scopes = ["openid", "profile", "email"]
    var client = ClientDefaults.secretInHeader
    var proofKey = ProofKey.s256
    var nonce = NonceRule.required
}

extension UpstreamSettings {
    /// Reads what a file says about an OpenID provider or a Cognito pool, and about its client unless that has been read.
    init(
        _ object: ProviderFileObject, defaults: UpstreamDefaults = UpstreamDefaults(), client: UpstreamClient? = nil
    ) throws(ProviderFileProblem) {
        let issuer = try Self.issuer(object, defaults.issuer)
        let known = client
        let client = if let known { known } else { try UpstreamClient(object, defaults.client) }
        self.init(
            client: client, issuer: issuer,
            scope: try Self.scope(object, defaults.scopes), endpoints: try NamedEndpoints(object),
            algorithms: try Self.algorithms(object), claims: try ClaimMapping(object),
            proofKey: try object.word("pkce", ProofKey.self) ?? defaults.proofKey,
            nonce: try object.word("nonce", NonceRule.self) ?? defaults.nonce)
    }

    /// Reads a file of type `oidc`.
    init(anyProvider object: ProviderFileObject) throws(ProviderFileProblem) {
        try self.init(object)
        // Without either, a stolen code could be redeemed in another login (RFC 9700 §2.1.1).
        if proofKey == .none, nonce == .whereSaid {
            throw object.problem(.badValue(expected: "S256 where the nonce may be missing"), at: "pkce")
        }
    }

    private static func issuer(
        _ object: ProviderFileObject, _ usual: String?
    ) throws(ProviderFileProblem) -> UpstreamEndpoint {
        guard let issuer = try object.endpoint("issuer") ?? usual.flatMap({ try? UpstreamEndpoint(named: $0) }) else {
            throw object.problem(.missingKey, at: "issuer")
        }
        guard !issuer.url.contains("?") else {
            throw object.problem(.badValue(expected: "an address without a query"), at: "issuer")
        }
        return issuer
    }

    private static func scope(
        _ object: ProviderFileObject, _ usual: [String]
    ) throws(ProviderFileProblem) -> Scope {
        let scope = try Scope(object, usual)
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

extension Scope {
    /// Reads `scopes`, which are `usual` unless the file says otherwise.
    init(_ object: ProviderFileObject, _ usual: [String]) throws(ProviderFileProblem) {
        self.init(try object.texts("scopes") ?? usual)
        guard Scope(parsing: wireValue) == self else {
            throw object.problem(.badValue(expected: "scopes without spaces, quotes and backslashes"), at: "scopes")
        }
    }
}

extension NamedEndpoints {
    /// Reads `endpoints`.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
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

extension AdmissionRule {
    /// Reads `allow`; domains compare in lower case.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        self.init()
        guard let allow = try object.object("allow") else { return }
        hostedDomains = try Self.domains("hosted_domains", in: allow)
        emailDomains = try Self.domains("email_domains", in: allow)
        tenants = try Self.tenants(in: allow)
    }

    private static func tenants(in allow: ProviderFileObject) throws(ProviderFileProblem) -> [String] {
        guard let texts = try allow.texts("tenants") else { return [] }
        let tenants = texts.map { $0.lowercased() }
        guard tenants.allSatisfy(MicrosoftTenant.isID), !tenants.isEmpty else {
            throw allow.problem(.badValue(expected: "a list of tenant ids"), at: "tenants")
        }
        return tenants
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
    func endpoint(_ key: String) throws(ProviderFileProblem) -> UpstreamEndpoint? {
        guard let text = try text(key) else { return nil }
        do throws(UpstreamEndpoint.Flaw) {
            return try UpstreamEndpoint(named: text)
        } catch {
            throw problem(.address(error), at: key)
        }
    }
}
