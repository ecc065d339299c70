import FoundationEssentials
import OAuth

/// Where a provider's endpoints are: what the file names, completed by discovery where something is missing.
final class ProviderDirectory: Sendable {
    /// The endpoints a login needs.
    struct Endpoints: Sendable, Hashable {
        let authorization: UpstreamEndpoint
        let token: UpstreamEndpoint
        let userinfo: UpstreamEndpoint?
        let issuerParameter: IssuerParameter
    }

    /// Whether an authorization response names its issuer (RFC 9207 §3).
    enum IssuerParameter: Sendable, Hashable {
        case promised
        case optional
    }

    private let settings: UpstreamSettings
    private let dialect: any OpenIDDialect
    private let document: FreshValue<DiscoveryDocument>

    init(
        _ settings: UpstreamSettings, dialect: any OpenIDDialect = StandardDialect(), transport: any UpstreamTransport
    ) {
        self.settings = settings
        self.dialect = dialect
        document = FreshValue { (_: Date) async throws(ConnectorError) in
            try await Self.discover(settings, dialect: dialect, transport: transport)
        }
    }

    /// Fetches the metadata of the issuer, which must name that very issuer, as `dialect` spells it (OIDC Discovery §4.3).
    static func discover(
        _ settings: UpstreamSettings, dialect: any OpenIDDialect, transport: any UpstreamTransport
    ) async throws(ConnectorError) -> DiscoveryDocument {
        let place = settings.issuer.appendingPath("/.well-known/openid-configuration")
        let document = try await transport.json(DiscoveryDocument.self, from: UpstreamRequest(place))
        guard dialect.publishes(document.issuer, as: settings.issuer.url) else {
            throw .misbehaved(cause: "\(place) names another issuer than the provider file")
        }
        return document
    }

    /// The endpoints of a login. A file that names authorization, token and keys needs no discovery.
    func endpoints(at now: Date) async throws(ConnectorError) -> Endpoints {
        let named = settings.endpoints
        if let authorization = named.authorization, let token = named.token, named.namesWholeLogin {
            return Endpoints(
                authorization: authorization, token: token, userinfo: named.userinfo, issuerParameter: .optional)
        }
        let document = try await document.current(at: now).value
        return Endpoints(
            authorization: try required(named.authorization, document.authorizationEndpoint, "authorization_endpoint"),
            token: try required(named.token, document.tokenEndpoint, "token_endpoint"),
            userinfo: try settings.endpoint(named.userinfo, document.userinfoEndpoint, "userinfo_endpoint"),
            issuerParameter: document.promisesIssuerParameter == true ? .promised : .optional)
    }

    /// What the provider's tokens call their issuer.
    func issuer(at now: Date) async throws(ConnectorError) -> String {
        switch dialect.issuerSource {
        case .file: settings.issuer.url
        case .metadata: try await document.current(at: now).value.issuer
        }
    }

    /// Where the keys are.
    func keys(at now: Date) async throws(ConnectorError) -> UpstreamEndpoint {
        if let named = settings.endpoints.jwks { return named }
        return try required(nil, try await document.current(at: now).value.jwksURI, "jwks_uri")
    }

    /// Where tokens are revoked (RFC 7009 §2); nil where the provider does not say.
    func revocation(at now: Date) async throws(ConnectorError) -> UpstreamEndpoint? {
        let named = settings.endpoints
        if named.revocation != nil || named.namesWholeLogin { return named.revocation }
        let url = try await document.current(at: now).value.revocationEndpoint
        return try settings.endpoint(nil, url, "revocation_endpoint")
    }

    /// Where browsers end their session (OIDC RP-Initiated Logout §2.1); nil where the provider does not say.
    func endSession(at now: Date) async throws(ConnectorError) -> UpstreamEndpoint? {
        let named = settings.endpoints
        if named.endSession != nil || named.namesWholeLogin { return named.endSession }
        let url = try await document.current(at: now).value.endSessionEndpoint
        return try settings.endpoint(nil, url, "end_session_endpoint")
    }

    private func required(
        _ named: UpstreamEndpoint?, _ url: String?, _ name: String
    ) throws(ConnectorError) -> UpstreamEndpoint {
        guard let endpoint = try settings.endpoint(named, url, name) else {
            throw .misbehaved(cause: "the metadata of \(settings.issuer) has no \(name)")
        }
        return endpoint
    }
}

extension NamedEndpoints {
    /// Whether the file names all that a login needs: such a provider need not publish metadata, and is not asked.
    fileprivate var namesWholeLogin: Bool { authorization != nil && token != nil && jwks != nil }
}

extension UpstreamSettings {
    /// The endpoint as `named` in the file, else as discovered, if that is an address the broker may ask.
    func endpoint(
        _ named: UpstreamEndpoint?, _ url: String?, _ name: String
    ) throws(ConnectorError) -> UpstreamEndpoint? {
        if let named { return named }
        guard let url else { return nil }
        do throws(UpstreamEndpoint.Flaw) {
            return try UpstreamEndpoint(discovered: url, besides: [issuer] + endpoints.all)
        } catch {
            let reason = ProviderFileProblem.Reason.address(error)
            throw .misbehaved(cause: "\(name) of \(issuer) \(reason); the provider file may name it instead")
        }
    }
}
