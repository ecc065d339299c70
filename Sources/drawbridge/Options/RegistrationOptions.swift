import ArgumentParser
import OAuth

/// A client's registration (RFC 7591 §2) as options.
struct RegistrationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The client_id: letters, digits, '-', '_', '.' and '~'.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("What people see on the login and consent pages.", valueName: "name"))
    var name: String

    @Option(
        help: ArgumentHelp(
            "Where codes may be sent, compared character by character; repeat it for several.", valueName: "uri"))
    var redirectURI: [String] = []

    @Option(help: ArgumentHelp("The client secret; made up where there is none.", valueName: "secret"))
    var secret: String?

    @Flag(name: .customLong("public"), help: "A client that can keep no secret: an app, or a page in the browser.")
    var isPublic = false

    @Flag(help: "The back end of a login front end: it may stage tokens, and logs nobody in for itself.")
    var stagingOnly = false

    @Option(
        help: ArgumentHelp(
            "A file with the public keys (a JWK set) of a client that signs instead of having a secret "
                + "(private_key_jwt).", valueName: "file"))
    var jwks: String?

    @Option(
        help: ArgumentHelp(
            "client_secret_basic, client_secret_post (a client with a secret may use both), private_key_jwt or none.",
            valueName: "method"))
    var tokenEndpointAuthMethod: String?

    @Option(
        help: ArgumentHelp(
            "sealed (the upstream token, which only Drawbridge opens) or jwt (RFC 9068). Default: sealed.",
            valueName: "profile"))
    var tokenProfile: String?

    @Option(
        help: ArgumentHelp(
            "Scopes the client may ask for, in one text or repeated. Default: \(Client.standardScope.wireValue).",
            valueName: "scope"))
    var scope: [String] = []

    @Option(
        help: ArgumentHelp(
            "authorization_code, refresh_token, client_credentials, \(Client.GrantType.tokenExchange.rawValue) or "
                + "\(Client.GrantType.deviceCode.rawValue); repeat it for several. "
                + "Default: the first two.", valueName: "type"))
    var grantType: [String] = []

    @Option(
        name: .customLong("id-token-signed-response-alg"),
        help: ArgumentHelp("RS256, ES256, EdDSA or ML-DSA-65. Default: RS256.", valueName: "algorithm"))
    var idTokenAlgorithm: String?

    @Flag(help: "A service of your own: nobody is asked for consent.")
    var firstParty = false

    @Option(
        help: ArgumentHelp(
            "A provider the client accepts; repeat it for several. Default: any.", valueName: "id"))
    var provider: [String] = []

    @Flag(help: "A service that is sent tokens: it may ask /oauth2/introspect what they are.")
    var introspection = false

    @Option(
        name: .customLong("introspection-signed-response-alg"),
        help: ArgumentHelp(
            "How answers it wants signed are: RS256, ES256, EdDSA or ML-DSA-65. Default: RS256.", valueName: "algorithm"
        ))
    var introspectionAlgorithm: String?

    @Option(
        help: ArgumentHelp(
            "public (every such client knows a person by the same sub) or pairwise (only the clients of one sector do). "
                + "Default: public.", valueName: "type"))
    var subjectType: String?

    @Option(
        help: ArgumentHelp(
            "Whose host is the sector of a pairwise client; needed where its redirect URIs are not of one host.",
            valueName: "url"))
    var sectorIdentifierURI: String?

    @Option(
        help: ArgumentHelp(
            "A file with 32 bytes (a JWK of kty oct, or base64url, base64 or hexadecimal text): the token endpoint also "
                + "returns the provider's tokens, encrypted to this key (JWE, dir, A256GCM).", valueName: "file"))
    var upstreamTokenKey: String?

    @Option(
        help: ArgumentHelp(
            "A provider that keeps its tokens here (vault), whose fresh tokens the client may fetch by token exchange; "
                + "repeat it for several.", valueName: "id"))
    var upstreamTokenProvider: [String] = []

    @Option(
        help: ArgumentHelp(
            "A resource for which the client may have tokens (RFC 8707), an absolute URI; repeat it for several.",
            valueName: "uri"))
    var resource: [String] = []

    @Option(
        help: ArgumentHelp(
            "A client that may exchange this one's access tokens for its own (RFC 8693); repeat it for several.",
            valueName: "client_id"))
    var delegate: [String] = []

    @Option(help: ArgumentHelp("A picture for the login and consent pages, https.", valueName: "url"))
    var logoURI: String?

    @Option(
        help: ArgumentHelp("Where a logout may lead; repeat it for several.", valueName: "uri"))
    var postLogoutRedirectURI: [String] = []

    @Option(
        name: .customLong("backchannel-logout-uri"),
        help: ArgumentHelp("Where the client is told, by POST, that somebody has logged out.", valueName: "uri"))
    var backChannelLogoutURI: String?

    @Flag(
        name: .customLong("backchannel-logout-session-required"),
        help: "The client has to be told which session it was (sid).")
    var backChannelLogoutSessionRequired = false

    @Option(
        name: .customLong("frontchannel-logout-uri"),
        help: ArgumentHelp("What the browser loads, unseen, when somebody has logged out in it.", valueName: "uri"))
    var frontChannelLogoutURI: String?

    @Flag(
        name: .customLong("frontchannel-logout-session-required"),
        help: "The client has to be told there which session it was (iss and sid, which are always added).")
    var frontChannelLogoutSessionRequired = false

    func validate() throws {
        if jwks != nil, isPublic || secret != nil {
            throw ValidationError("A client with --jwks is neither --public nor has it a --secret.")
        }
        if isPublic, secret != nil { throw ValidationError("A public client has no secret: leave out --secret.") }
        if isPublic, tokenEndpointAuthMethod.map({ $0 != "none" }) ?? false {
            throw ValidationError("A public client's --token-endpoint-auth-method is none.")
        }
        if isPublic, upstreamTokenKey != nil {
            throw ValidationError("A public client can keep no key: no --upstream-token-key.")
        }
        if isPublic, introspection { throw ValidationError("A public client cannot prove itself: no --introspection.") }
        if stagingOnly, isPublic || !redirectURI.isEmpty || !grantType.isEmpty {
            throw ValidationError("--staging-only goes with neither --public, --redirect-uri nor --grant-type.")
        }
    }

    /// A service that nobody logs in to needs no grant type.
    private var onlyIntrospects: Bool { introspection && redirectURI.isEmpty && grantType.isEmpty }

    private var usualMethod: String {
        if jwks != nil { return "private_key_jwt" }
        return isPublic ? "none" : "client_secret_basic"
    }

    /// The registration that the options describe; reads the files of `--jwks` and `--upstream-token-key`.
    func metadata() throws -> ClientMetadata {
        var metadata = ClientMetadata(clientID: id, redirectURIs: redirectURI)
        metadata.clientName = name
        metadata.clientSecret = secret.map(Secret.init)
        metadata.logoURI = logoURI
        metadata.postLogoutRedirectURIs = postLogoutRedirectURI
        metadata.backChannelLogoutURI = backChannelLogoutURI
        metadata.backChannelLogoutSessionRequired = backChannelLogoutSessionRequired ? true : nil
        metadata.frontChannelLogoutURI = frontChannelLogoutURI
        metadata.frontChannelLogoutSessionRequired = frontChannelLogoutSessionRequired ? true : nil
        metadata.tokenEndpointAuthMethod = tokenEndpointAuthMethod ?? usualMethod
        metadata.jwks = try jwks.map(KeySetFile.read)
        metadata.grantTypes = grantType.isEmpty ? nil : grantType
        if stagingOnly || onlyIntrospects { metadata.grantTypes = [] }
        metadata.scope = scope.isEmpty ? nil : scope.joined(separator: " ")
        metadata.idTokenSignedResponseAlg = idTokenAlgorithm
        metadata.tokenProfile = tokenProfile
        metadata.firstParty = firstParty
        metadata.providers = provider.isEmpty ? nil : provider
        metadata.introspection = introspection
        metadata.introspectionSignedResponseAlg = introspectionAlgorithm
        metadata.subjectType = subjectType
        metadata.sectorIdentifierURI = sectorIdentifierURI
        metadata.upstreamTokenEncryption = try upstreamTokenKey.map(UpstreamTokenKeyFile.read)
        metadata.resources = resource
        metadata.delegates = delegate
        metadata.upstreamTokenProviders = upstreamTokenProvider.isEmpty ? nil : upstreamTokenProvider
        return metadata
    }
}
