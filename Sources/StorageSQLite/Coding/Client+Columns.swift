import OAuth
import Storage

extension Client {
    static let columns = "id, \(changeableColumns)"

    /// Without the name that grants and codes refer to: setting it, even to itself, would look for all of them.
    static let changeableColumns = """
        name, logo_uri, redirect_uris, post_logout_redirect_uris, authentication, secret_hash, grant_types, \
        allowed_scope, token_profile, id_token_algorithm, consent, providers, introspection_algorithm, \
        key_set, sector_host, sector_uri, upstream_token_key, upstream_token_key_id, backchannel_logout_uri, \
        backchannel_logout_session, upstream_token_providers, resources, delegates, frontchannel_logout_uri, \
        frontchannel_logout_session
        """

    /// A question mark for each of ``columns``.
    static let placeholders = "?, \(changeablePlaceholders)"

    /// A question mark for each of ``changeableColumns``.
    static let changeablePlaceholders = Array(repeating: "?", count: columnCount - 1).joined(separator: ", ")

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        let method: (name: String, hash: String?, keys: ClientKeySet?) =
            switch authentication {
            case .publicClient: ("none", nil, nil)
            case .secret(let hash): ("secret", hash.phc, nil)
            case .keys(let keys): ("none", nil, keys)
            }
        let accepted: [String]? =
            switch providers {
            case .any: nil
            case .only(let providers): providers.map(\.rawValue)
            }
        let introspector: SignatureAlgorithm? =
            switch introspection {
            case .refused: nil
            case .allowed(let algorithm): algorithm
            }
        let sector: Sector? =
            switch subjects {
            case .shared: nil
            case .pairwise(let sector): sector
            }
        return [
            .identifier(id), .text(name), .text(logoURI), .lines(redirectURIs.map(\.value)),
            .lines(postLogoutRedirectURIs), .text(method.name), .text(method.hash),
            .lines(grantTypes.map(\.rawValue).sorted()), .scope(allowedScope), .text(tokenProfile.rawValue),
            .text(idTokenAlgorithm.rawValue), .text(consent.rawValue), .text(accepted.map(TextLines.encode)),
            .text(introspector?.rawValue), .text(method.keys.map { String(decoding: $0.json, as: UTF8.self) }),
            .text(sector?.host), .text(sector?.uri),
            .text(upstreamTokenEncryption?.sealedKey), .text(upstreamTokenEncryption?.keyID),
            .text(backChannelLogout?.uri), .text(backChannelLogout?.session.rawValue),
            .lines(upstreamTokenProviders.map(\.rawValue)), .resources(resources), .lines(delegates.map(\.rawValue)),
            .text(frontChannelLogout?.uri), .text(frontChannelLogout?.session.rawValue),
        ]
    }

    static let columnCount = columns.split(separator: ",").count

    init(reading reader: inout ColumnReader) throws(StoreError) {
        let damage = reader.damage
        self.init(
            id: try reader.identifier(), name: try reader.text(), logoURI: reader.optionalText(),
            redirectURIs: try Self.redirectURIs(try reader.lines(), damage),
            postLogoutRedirectURIs: try reader.lines(),
            authentication: try Self.authentication(try reader.text(), hash: reader.optionalText(), damage),
            grantTypes: try Self.grantTypes(try reader.lines(), damage), allowedScope: try reader.scope(),
            tokenProfile: try reader.word(), idTokenAlgorithm: try reader.word(), consent: try reader.word(),
            providers: try Self.providers(reader.optionalText(), damage),
            introspection: try Self.introspection(reader.optionalText(), damage))
        if let keys = reader.optionalText() {
            guard isPublic, let keys = try? ClientKeySet(json: Array(keys.utf8)) else { throw damage }
            authentication = .keys(keys)
        }
        let (host, uri) = (reader.optionalText(), reader.optionalText())
        if let host { subjects = .pairwise(Sector(storedHost: host, uri: uri)) }
        let key = reader.optionalText()
        let keyID = reader.optionalText()
        upstreamTokenEncryption = key.map { UpstreamTokenEncryption(keyID: keyID, sealedKey: $0) }
        backChannelLogout = try Self.logoutChannel(&reader)
        upstreamTokenProviders = try reader.lines().map(ProviderID.init(rawValue:))
        resources = try reader.resources()
        delegates = try reader.lines().map(ClientID.init(rawValue:))
        frontChannelLogout = try Self.logoutChannel(&reader)
    }

    private static func redirectURIs(_ texts: [String], _ damage: StoreError) throws(StoreError) -> [RedirectURI] {
        do {
            return try texts.map { try RedirectURI(registering: $0) }
        } catch {
            throw damage
        }
    }

    /// Reads the two columns of one channel.
    static func logoutChannel(_ reader: inout ColumnReader) throws(StoreError) -> LogoutChannel? {
        guard let uri = reader.optionalText() else {
            guard reader.optionalText() == nil else { throw reader.damage }
            return nil
        }
        guard let channel = try? LogoutChannel(uri, session: try reader.word()) else { throw reader.damage }
        return channel
    }

    private static func authentication(
        _ method: String, hash: String?, _ damage: StoreError
    ) throws(StoreError) -> Authentication {
        switch (method, hash) {
        case ("none", nil): .publicClient
        case ("secret", let hash?): .secret(PasswordHash(phc: hash))
        default: throw damage
        }
    }

    private static func grantTypes(_ words: [String], _ damage: StoreError) throws(StoreError) -> Set<GrantType> {
        var types: Set<GrantType> = []
        for word in words {
            guard let type = GrantType(rawValue: word) else { throw damage }
            types.insert(type)
        }
        return types
    }

    private static func introspection(
        _ word: String?, _ damage: StoreError
    ) throws(StoreError) -> IntrospectionRule {
        guard let word else { return .refused }
        guard let algorithm = SignatureAlgorithm(rawValue: word) else { throw damage }
        return .allowed(algorithm)
    }

    private static func providers(_ lines: String?, _ damage: StoreError) throws(StoreError) -> ProviderRule {
        guard let lines else { return .any }
        guard let names = TextLines.decode(lines) else { throw damage }
        return .only(names.map(ProviderID.init(rawValue:)))
    }
}
