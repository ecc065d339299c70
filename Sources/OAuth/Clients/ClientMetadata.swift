/// Client metadata as registered (RFC 7591 §2), with members of Drawbridge's own.
package struct ClientMetadata: Sendable {
    package var clientID: String
    package var clientSecret: Secret?
    package var clientName: String?
    package var logoURI: String?
    package var redirectURIs: [String]
    package var postLogoutRedirectURIs: [String]
    /// OIDC Back-Channel Logout §2.2.
    package var backChannelLogoutURI: String?
    package var backChannelLogoutSessionRequired: Bool?
    /// OIDC Front-Channel Logout §2.
    package var frontChannelLogoutURI: String?
    package var frontChannelLogoutSessionRequired: Bool?
    package var tokenEndpointAuthMethod: String?
    /// The public keys of `private_key_jwt`, not yet checked.
    package var jwks: JSONValue?
    package var grantTypes: [String]?
    package var responseTypes: [String]?
    package var scope: String?
    package var idTokenSignedResponseAlg: String?
    /// RFC 9701 §6.
    package var introspectionSignedResponseAlg: String?
    /// `public` or `pairwise` (OIDC Core §8).
    package var subjectType: String?
    package var sectorIdentifierURI: String?
    /// Drawbridge's own: `sealed` or `jwt`.
    package var tokenProfile: String?
    /// Drawbridge's own: whether consent is skipped.
    package var firstParty: Bool
    /// Drawbridge's own: the providers the client accepts.
    package var providers: [String]?
    /// Drawbridge's own: whether the client may ask `/oauth2/introspect`.
    package var introspection: Bool
    /// Drawbridge's own: the key to which upstream tokens are encrypted.
    package var upstreamTokenEncryption: UpstreamTokenRegistration?
    /// Drawbridge's own: the providers whose tokens, kept here, the client may fetch.
    package var upstreamTokenProviders: [String]?
    /// Drawbridge's own: the resources for which the client may have tokens.
    package var resources: [String]
    /// Drawbridge's own: the clients that may exchange this one's access tokens.
    package var delegates: [String]

    package init(clientID: String, redirectURIs: [String]) {
        self.clientID = clientID
        self.redirectURIs = redirectURIs
        postLogoutRedirectURIs = []
        firstParty = false
        introspection = false
        resources = []
        delegates = []
    }

    /// Which member cannot be accepted, and why.
    package struct Flaw: Error, Sendable, Equatable, CustomStringConvertible {
        package let member: String
        package let reason: String

        package init(_ member: String, _ reason: String) {
            self.member = member
            self.reason = reason
        }

        package var description: String { "\(member): \(reason)" }
    }
}

extension ClientMetadata: Decodable {
    private enum Member: String, CaseIterable {
        case clientID = "client_id"
        case clientSecret = "client_secret"
        case clientName = "client_name"
        case logoURI = "logo_uri"
        case redirectURIs = "redirect_uris"
        case postLogoutRedirectURIs = "post_logout_redirect_uris"
        case backChannelLogoutURI = "backchannel_logout_uri"
        case backChannelLogoutSessionRequired = "backchannel_logout_session_required"
        case frontChannelLogoutURI = "frontchannel_logout_uri"
        case frontChannelLogoutSessionRequired = "frontchannel_logout_session_required"
        case tokenEndpointAuthMethod = "token_endpoint_auth_method"
        case jwks
        case grantTypes = "grant_types"
        case responseTypes = "response_types"
        case scope
        case idTokenSignedResponseAlg = "id_token_signed_response_alg"
        case introspectionSignedResponseAlg = "introspection_signed_response_alg"
        case subjectType = "subject_type"
        case sectorIdentifierURI = "sector_identifier_uri"
        case tokenProfile = "token_profile"
        case firstParty = "first_party"
        case providers
        case introspection
        case upstreamTokenEncryption = "upstream_token_encryption"
        case upstreamTokenProviders = "upstream_token_providers"
        case resources
        case delegates

        var key: ClaimName { ClaimName(rawValue) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: ClaimName.self)
        for key in container.allKeys where Member(rawValue: key.stringValue) == nil {
            throw Flaw(key.stringValue, "this member is not known")
        }
        func optional<Value: Decodable>(_ member: Member, _ type: Value.Type) throws -> Value? {
            do {
                return try container.decodeIfPresent(type, forKey: member.key)
            } catch let flaw as Flaw {
                throw flaw
            } catch {
                throw Flaw(member.rawValue, "has the wrong JSON type")
            }
        }
        guard let id = try optional(.clientID, String.self) else { throw Flaw("client_id", "is missing") }
        self.init(clientID: id, redirectURIs: try optional(.redirectURIs, [String].self) ?? [])
        clientSecret = try optional(.clientSecret, Secret.self)
        clientName = try optional(.clientName, String.self)
        logoURI = try optional(.logoURI, String.self)
        postLogoutRedirectURIs = try optional(.postLogoutRedirectURIs, [String].self) ?? []
        backChannelLogoutURI = try optional(.backChannelLogoutURI, String.self)
        backChannelLogoutSessionRequired = try optional(.backChannelLogoutSessionRequired, Bool.self)
        frontChannelLogoutURI = try optional(.frontChannelLogoutURI, String.self)
        frontChannelLogoutSessionRequired = try optional(.frontChannelLogoutSessionRequired, Bool.self)
        tokenEndpointAuthMethod = try optional(.tokenEndpointAuthMethod, String.self)
        jwks = try optional(.jwks, JSONValue.self)
        grantTypes = try optional(.grantTypes, [String].self)
        responseTypes = try optional(.responseTypes, [String].self)
        scope = try optional(.scope, String.self)
        idTokenSignedResponseAlg = try optional(.idTokenSignedResponseAlg, String.self)
        introspectionSignedResponseAlg = try optional(.introspectionSignedResponseAlg, String.self)
        subjectType = try optional(.subjectType, String.self)
        sectorIdentifierURI = try optional(.sectorIdentifierURI, String.self)
        tokenProfile = try optional(.tokenProfile, String.self)
        firstParty = try optional(.firstParty, Bool.self) ?? false
        providers = try optional(.providers, [String].self)
        introspection = try optional(.introspection, Bool.self) ?? false
        upstreamTokenEncryption = try optional(.upstreamTokenEncryption, UpstreamTokenRegistration.self)
        upstreamTokenProviders = try optional(.upstreamTokenProviders, [String].self)
        resources = try optional(.resources, [String].self) ?? []
        delegates = try optional(.delegates, [String].self) ?? []
    }
}

extension ClientMetadata {
    /// The client this metadata describes; `hash` is the hash of its secret, nil for a public client. Its key for upstream
    /// tokens, which has to be sealed first, is not in it yet.
    package func client(secretHash hash: PasswordHash?) throws(Flaw) -> Client {
        guard let id = ClientID(validating: clientID) else {
            throw Flaw("client_id", "must be 1 to 128 letters, digits, '-', '_', '.' or '~'")
        }
        let grantTypes = try checkedGrantTypes()
        let redirects = try checkedRedirects(grantTypes: grantTypes)
        _ = try upstreamTokenKey()
        var client = Client(
            id: id, name: try checkedName() ?? clientID, logoURI: try checkedLogo(),
            redirectURIs: redirects, postLogoutRedirectURIs: try checkedPostLogoutRedirects(),
            authentication: try checkedAuthentication(hash), grantTypes: grantTypes,
            allowedScope: try checkedScope(),
            tokenProfile: try choice(tokenProfile, "token_profile") ?? .sealed,
            idTokenAlgorithm: try choice(idTokenSignedResponseAlg, "id_token_signed_response_alg") ?? .rs256,
            consent: firstParty ? .firstParty : .ask,
            providers: try checkedProviders(), introspection: try checkedIntrospection(),
            subjects: try checkedSubjects(redirects), backChannelLogout: try checkedBackChannelLogout(),
            upstreamTokenProviders: try checkedUpstreamTokenProviders(grantTypes: grantTypes),
            resources: try checkedResources(), delegates: try checkedDelegates())
        client.frontChannelLogout = try checkedFrontChannelLogout(redirects)
        return client
    }

    /// How a client proves itself (RFC 7591 §2 `token_endpoint_auth_method`).
    package enum Proof: Sendable {
        /// Not at all: a public client.
        case nothing
        case secret
        case keys
    }

    /// How the client that the metadata describes proves itself.
    package func proof() throws(Flaw) -> Proof {
        let proof: Proof =
            switch tokenEndpointAuthMethod {
            case "none": .nothing
            case nil where jwks != nil: .keys
            case nil: clientSecret == nil ? .nothing : .secret
            case "client_secret_basic", "client_secret_post": .secret
            case "private_key_jwt": .keys
            case .some:
                throw Flaw(
                    "token_endpoint_auth_method",
                    "must be client_secret_basic, client_secret_post, private_key_jwt or none")
            }
        switch proof {
        case .nothing, .keys:
            guard clientSecret == nil else { throw Flaw("client_secret", "only a client that uses one has one") }
        case .secret: break
        }
        return proof
    }

    /// The key to which the client wants upstream tokens encrypted, if it wants them.
    package func upstreamTokenKey() throws(Flaw) -> ClientEncryptionKey? {
        guard let upstreamTokenEncryption else { return nil }
        try requireProof(UpstreamTokenRegistration.member, "a public client can keep no key")
        return try upstreamTokenEncryption.checked()
    }

    private func checkedAuthentication(_ hash: PasswordHash?) throws(Flaw) -> Client.Authentication {
        switch try proof() {
        case .keys:
            guard let jwks else { throw Flaw("jwks", "is missing, and private_key_jwt needs it") }
            return .keys(try ClientKeySet(checking: jwks))
        case .nothing, .secret:
            guard jwks == nil else { throw Flaw("jwks", "is for private_key_jwt alone") }
            return hash.map(Client.Authentication.secret) ?? .publicClient
        }
    }

    private func requireProof(_ member: String, _ reason: String) throws(Flaw) {
        switch try proof() {
        case .nothing: throw Flaw(member, reason)
        case .secret, .keys: break
        }
    }

    private func checkedName() throws(Flaw) -> String? {
        guard let clientName else { return nil }
        guard (1...200).contains(clientName.utf8.count), !clientName.unicodeScalars.contains(where: \.isControl) else {
            throw Flaw("client_name", "must be 1 to 200 bytes without control characters")
        }
        return clientName
    }

    private func checkedLogo() throws(Flaw) -> String? {
        guard let logoURI else { return nil }
        // The rules of a redirect URI, without the schemes of native apps.
        let isWebAddress = (try? RedirectURI(registering: logoURI)) != nil && WebOrigin(of: logoURI) != nil
        guard isWebAddress else { throw Flaw("logo_uri", "must be an https URL, or http on loopback") }
        return logoURI
    }

    private func checkedGrantTypes() throws(Flaw) -> Set<Client.GrantType> {
        if let responseTypes, responseTypes != ["code"] { throw Flaw("response_types", "only code is supported") }
        guard let grantTypes else { return [.authorizationCode, .refreshToken] }
        var known: Set<Client.GrantType> = []
        for name in grantTypes {
            guard let type = Client.GrantType(rawValue: name) else {
                throw Flaw("grant_types", "\(name) is not supported")
            }
            known.insert(type)
        }
        for type in [Client.GrantType.clientCredentials, .tokenExchange] where known.contains(type) {
            try requireProof("grant_types", "\(type.rawValue) is for clients that can prove themselves")
        }
        return known
    }

    private func checkedRedirects(grantTypes: Set<Client.GrantType>) throws(Flaw) -> [RedirectURI] {
        var uris: [RedirectURI] = []
        for text in redirectURIs {
            do throws(RedirectURI.Flaw) {
                uris.append(try RedirectURI(registering: text))
            } catch {
                throw Flaw("redirect_uris", "\(text) \(error.explanation)")
            }
        }
        guard !uris.isEmpty || !grantTypes.contains(.authorizationCode) else {
            throw Flaw("redirect_uris", "is missing, and authorization_code needs one")
        }
        return uris
    }

    private func checkedPostLogoutRedirects() throws(Flaw) -> [String] {
        for text in postLogoutRedirectURIs {
            do throws(RedirectURI.Flaw) {
                _ = try RedirectURI(registering: text)
            } catch {
                throw Flaw("post_logout_redirect_uris", "\(text) \(error.explanation)")
            }
        }
        return postLogoutRedirectURIs
    }

    private func checkedScope() throws(Flaw) -> Scope {
        guard let scope else { return Client.standardScope }
        guard let parsed = Scope(parsing: scope) else { throw Flaw("scope", "holds a character that is not allowed") }
        return parsed
    }

    /// A name no provider can have would shut everybody out, and say so only at the first login.
    private func checkedProviders() throws(Flaw) -> Client.ProviderRule {
        guard let providers else { return .any }
        return .only(try providerIDs(providers, "providers"))
    }

    private func checkedUpstreamTokenProviders(grantTypes: Set<Client.GrantType>) throws(Flaw) -> [ProviderID] {
        let member = "upstream_token_providers"
        guard let upstreamTokenProviders else { return [] }
        guard grantTypes.contains(.tokenExchange) else {
            throw Flaw(member, "means nothing without the grant type \(Client.GrantType.tokenExchange.rawValue)")
        }
        return try providerIDs(upstreamTokenProviders, member)
    }

    private func checkedResources() throws(Flaw) -> [ResourceIndicator] {
        guard resources.count <= FormParameters.maximumResources else { throw Flaw("resources", "are more than 16") }
        var checked: [ResourceIndicator] = []
        for text in resources {
            guard let resource = ResourceIndicator(text) else {
                throw Flaw("resources", "\(text) is no absolute URI without a fragment")
            }
            checked.append(resource)
        }
        return checked
    }

    private func checkedDelegates() throws(Flaw) -> [ClientID] {
        var checked: [ClientID] = []
        for text in delegates {
            guard let id = ClientID(validating: text), text != clientID else {
                throw Flaw("delegates", "must be the ids of other clients")
            }
            checked.append(id)
        }
        return checked
    }

    private func providerIDs(_ texts: [String], _ member: String) throws(Flaw) -> [ProviderID] {
        var ids: [ProviderID] = []
        for text in texts {
            guard let id = ProviderID(validating: text) else {
                throw Flaw(member, "a name has 1 to 64 lower-case letters, digits, '-' or '_'")
            }
            ids.append(id)
        }
        return ids
    }

    private func checkedIntrospection() throws(Flaw) -> Client.IntrospectionRule {
        let algorithm: SignatureAlgorithm? = try choice(
            introspectionSignedResponseAlg, "introspection_signed_response_alg")
        guard introspection else {
            guard algorithm == nil else {
                throw Flaw("introspection_signed_response_alg", "means nothing without introspection")
            }
            return .refused
        }
        try requireProof("introspection", "a public client cannot prove itself")
        return .allowed(algorithm ?? .rs256)
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String?, _ member: String
    ) throws(Flaw) -> Choice? where Choice.RawValue == String {
        guard let text else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw Flaw(member, "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }
}

extension RedirectURI.Flaw {
    /// What is wrong, for whoever registers the URI.
    package var explanation: String {
        switch self {
        case .malformed: "is not an absolute URI of printable ASCII characters"
        case .fragment: "has a fragment"
        case .userInformation: "has user information before the host"
        case .insecure: "is plain http on a host that is not loopback"
        case .scheme: "has a scheme that is neither https, nor http, nor an app's own with a dot in it"
        case .tooLong: "is longer than 2000 bytes"
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
