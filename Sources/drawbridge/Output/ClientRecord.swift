import OAuth

/// A client as commands show it: the members of its registration (RFC 7591 §2), which `client import` reads again.
struct ClientRecord: CommandAnswer {
    let client: Client
    /// A secret that was made here, shown this once.
    let secret: Secret?

    init(_ client: Client, secret: Secret? = nil) {
        self.client = client
        self.secret = secret
    }

    /// `upstream_token_encryption` without the key, which is shown to nobody.
    private struct Encryption: Encodable {
        let alg = "dir"
        let enc = "A256GCM"
        let kid: String?

        init(_ encryption: UpstreamTokenEncryption) {
            kid = encryption.keyID
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id = "client_id"
        case secret = "client_secret"
        case name = "client_name"
        case logoURI = "logo_uri"
        case redirectURIs = "redirect_uris"
        case postLogoutRedirectURIs = "post_logout_redirect_uris"
        case backChannelLogoutURI = "backchannel_logout_uri"
        case backChannelLogoutSessionRequired = "backchannel_logout_session_required"
        case frontChannelLogoutURI = "frontchannel_logout_uri"
        case frontChannelLogoutSessionRequired = "frontchannel_logout_session_required"
        case authenticationMethod = "token_endpoint_auth_method"
        case keySet = "jwks"
        case grantTypes = "grant_types"
        case scope
        case idTokenAlgorithm = "id_token_signed_response_alg"
        case introspectionAlgorithm = "introspection_signed_response_alg"
        case subjectType = "subject_type"
        case sectorURI = "sector_identifier_uri"
        case tokenProfile = "token_profile"
        case firstParty = "first_party"
        case providers
        case introspection
        case upstreamTokenEncryption = "upstream_token_encryption"
        case upstreamTokenProviders = "upstream_token_providers"
        case resources
        case delegates
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(client.id, forKey: .id)
        try container.encodeIfPresent(secret, forKey: .secret)
        try container.encode(client.name, forKey: .name)
        try container.encodeIfPresent(client.logoURI, forKey: .logoURI)
        try container.encode(client.redirectURIs.map(\.value), forKey: .redirectURIs)
        try container.encode(client.postLogoutRedirectURIs, forKey: .postLogoutRedirectURIs)
        if let channel = client.backChannelLogout {
            try container.encode(channel.uri, forKey: .backChannelLogoutURI)
            try container.encode(channel.session == .required, forKey: .backChannelLogoutSessionRequired)
        }
        if let channel = client.frontChannelLogout {
            try container.encode(channel.uri, forKey: .frontChannelLogoutURI)
            try container.encode(channel.session == .required, forKey: .frontChannelLogoutSessionRequired)
        }
        try container.encode(client.authenticationMethod, forKey: .authenticationMethod)
        try container.encodeIfPresent(client.keySet?.document, forKey: .keySet)
        try container.encode(client.grantTypes.map(\.rawValue).sorted(), forKey: .grantTypes)
        try container.encode(client.allowedScope.wireValue, forKey: .scope)
        try container.encode(client.idTokenAlgorithm, forKey: .idTokenAlgorithm)
        try container.encode(client.tokenProfile, forKey: .tokenProfile)
        try container.encode(client.isFirstParty, forKey: .firstParty)
        try container.encodeIfPresent(client.acceptedProviders?.map(\.rawValue), forKey: .providers)
        switch client.introspection {
        case .refused: break
        case .allowed(let algorithm):
            try container.encode(true, forKey: .introspection)
            try container.encode(algorithm, forKey: .introspectionAlgorithm)
        }
        switch client.subjects {
        case .shared: break
        case .pairwise(let sector):
            try container.encode("pairwise", forKey: .subjectType)
            try container.encodeIfPresent(sector.uri, forKey: .sectorURI)
        }
        try container.encodeIfPresent(
            client.upstreamTokenEncryption.map(Encryption.init), forKey: .upstreamTokenEncryption)
        if !client.resources.isEmpty { try container.encode(client.resources, forKey: .resources) }
        if !client.delegates.isEmpty { try container.encode(client.delegates, forKey: .delegates) }
        if !client.upstreamTokenProviders.isEmpty {
            try container.encode(client.upstreamTokenProviders.map(\.rawValue), forKey: .upstreamTokenProviders)
        }
    }

    var text: String {
        var record = TextRecord()
        record.add("Client", client.id.rawValue)
        record.add("Name", client.name)
        record.add("Logo", client.logoURI)
        record.add("Kind", client.kind)
        for uri in client.redirectURIs { record.add("Redirect URI", uri.value) }
        for uri in client.postLogoutRedirectURIs { record.add("After logout", uri) }
        record.add("Told of logouts at", client.backChannelLogout?.uri)
        record.add("Loaded after logout", client.frontChannelLogout?.uri)
        record.add("Grant types", client.grantTypes.map(\.rawValue).sorted().joined(separator: ", "))
        record.add("Scope", client.allowedScope.wireValue)
        record.add("Tokens", client.tokenProfile.rawValue)
        record.add("ID token", client.idTokenAlgorithm.rawValue)
        record.add("Consent", client.isFirstParty ? "not asked (first party)" : "asked once")
        record.add("Providers", client.acceptedProviders?.map(\.rawValue).joined(separator: ", ") ?? "any")
        switch client.introspection {
        case .refused: break
        case .allowed(let algorithm): record.add("Introspection", "allowed (signed with \(algorithm.rawValue))")
        }
        switch client.subjects {
        case .shared: break
        case .pairwise(let sector): record.add("Subjects", "pairwise, of the sector \(sector.host)")
        }
        record.add(
            "Upstream tokens",
            client.upstreamTokenEncryption.map { "encrypted to its key \($0.keyID ?? "without a name")" })
        for resource in client.resources { record.add("Resource", resource.value) }
        if !client.delegates.isEmpty {
            record.add("Delegates", client.delegates.map(\.rawValue).joined(separator: ", "))
        }
        if !client.upstreamTokenProviders.isEmpty {
            record.add("May fetch from", client.upstreamTokenProviders.map(\.rawValue).joined(separator: ", "))
        }
        record.add("Secret", secret.map { "\($0.reveal())   (shown this once)" })
        return record.text
    }
}

extension Client {
    fileprivate var kind: String {
        switch authentication {
        case .publicClient: "public (no secret)"
        case .secret: "confidential (client_secret_basic or _post)"
        case .keys: "confidential (private_key_jwt)"
        }
    }

    fileprivate var authenticationMethod: String {
        switch authentication {
        case .publicClient: "none"
        case .secret: "client_secret_basic"
        case .keys: "private_key_jwt"
        }
    }

    fileprivate var keySet: ClientKeySet? {
        switch authentication {
        case .keys(let keys): keys
        case .publicClient, .secret: nil
        }
    }

    var isFirstParty: Bool {
        switch consent {
        case .firstParty: true
        case .ask: false
        }
    }

    /// The providers the client is limited to; nil for any.
    var acceptedProviders: [ProviderID]? {
        switch providers {
        case .any: nil
        case .only(let providers): providers
        }
    }
}
