import OAuth

/// Microsoft Entra ID, version 2.0 (learn.microsoft.com/entra/identity-platform).
package struct MicrosoftDialect: OpenIDDialect, Hashable {
    package let tenant: MicrosoftTenant
    /// What the addresses begin with, such as `https://login.microsoftonline.com`.
    package let authority: String
    package let groups: Groups

    /// What to do where a token has no room for the groups of a person.
    package enum Groups: Sendable, Hashable {
        /// Go without, and say so in the log.
        case asTold
        /// Ask Microsoft Graph, which is here.
        case fromGraph(UpstreamEndpoint)
    }

    /// For many tenants the metadata names no issuer but a template.
    func publishes(_ issuer: String, as configured: String) -> Bool {
        switch tenant {
        case .common, .organizations: issuer == self.issuer(of: "{tenantid}")
        case .consumers: issuer == self.issuer(of: MicrosoftTenant.consumerID)
        case .directory(let id): issuer == self.issuer(of: id)
        case .domain: namesTenant(issuer)
        }
    }

    var issuerSource: IssuerSource {
        switch tenant {
        case .domain: .metadata
        case .common, .organizations, .consumers, .directory: .file
        }
    }

    /// The keys sign for every tenant, so issuer and `tid` of one token have to agree before either is believed.
    func requireIssuer(_ issuer: String, of claims: VerifiedClaims) throws(TokenFlaw) {
        guard let id = claims.text("tid"), MicrosoftTenant.isID(id), claims.text("iss") == self.issuer(of: id) else {
            throw .issuer
        }
        let isExpected =
            switch tenant {
            case .common: true
            case .organizations: id != MicrosoftTenant.consumerID
            case .consumers: id == MicrosoftTenant.consumerID
            case .directory(let own): id == own
            case .domain: claims.text("iss") == issuer
            }
        guard isExpected else { throw .issuer }
    }

    func answers(as issuer: String, configured: String) -> Bool { namesTenant(issuer) }

    /// `oid` and `tid`, in the order of Microsoft's own account ids, never `sub`.
    ///
    /// `sub` is another for each app registration, so a city that registers anew would lose everybody's account; `oid`
    /// stays, but only within its tenant. E-mail address and user name can be changed by whoever runs the tenant.
    func subject(of claims: VerifiedClaims) throws(TokenFlaw) -> String {
        _ = try claims.subject()
        guard let object = claims.text("oid"), MicrosoftTenant.isID(object), let id = claims.text("tid"),
            MicrosoftTenant.isID(id)
        else { throw .subjectMissing }
        return "\(object).\(id)"
    }

    /// The ID token says more than userinfo does.
    var userinfo: UserinfoUse { .never }

    /// Tokens for Microsoft Graph look like JWTs, but only Graph can verify them.
    var accessTokens: AccessTokenForm { .opaque }

    /// The tenant is kept, so that `allow.tenants` is asked at every step from here on.
    var retainedClaims: Set<String> { ["tid"] }

    /// The metadata lists OpenID Connect's scopes and none of the APIs'.
    func published(_ scope: Scope) -> Scope {
        Scope(scope.tokens.filter { ["openid", "profile", "email", Scope.offlineAccess].contains($0) })
    }

    /// `xms_edov` says whether the domain owner has verified the address; a plain no of `email_verified` stands.
    ///
    /// The user principal name looks like an address and is none.
    func normalized(_ said: [String: JSONValue]) -> [String: JSONValue] {
        var said = said
        if said["email_verified"] == nil, said["email"] != nil, let verdict = said["xms_edov"] {
            said["email_verified"] = .bool(Self.truth(verdict))
        }
        return said
    }

    private static func truth(_ value: JSONValue) -> Bool {
        switch value {
        case .integer(1), .string("1"), .number(1): true
        case .null, .bool, .integer, .number, .string, .array, .object: value.lenientBool ?? false
        }
    }

    func supplement(
        _ said: [String: JSONValue], with accessToken: Secret, transport: any UpstreamTransport
    ) async throws(ConnectorError) -> ClaimSupplement {
        let isMarked = said["_claim_names"]?.object?["groups"] != nil || said["hasgroups"]?.lenientBool == true
        guard isMarked else { return ClaimSupplement() }
        switch groups {
        case .asTold:
            return ClaimSupplement(remarks: [
                "the person is in more groups than the token holds; \"groups\": \"graph\" in the provider file fetches them"
            ])
        case .fromGraph(let endpoint):
            let ids = try await MicrosoftGraph(endpoint: endpoint, transport: transport).groups(with: accessToken)
            return ClaimSupplement(claims: ["groups": .array(ids.map(JSONValue.string))])
        }
    }

    private func issuer(of tenant: String) -> String { "\(authority)/\(tenant)/v2.0" }

    private func namesTenant(_ issuer: String) -> Bool {
        guard issuer.hasPrefix(authority + "/"), issuer.hasSuffix("/v2.0") else { return false }
        let id = String(issuer.dropFirst(authority.count + 1).dropLast(5))
        return MicrosoftTenant.isID(id) && issuer == self.issuer(of: id)
    }
}
