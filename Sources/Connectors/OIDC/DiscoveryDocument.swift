/// What of a provider's metadata is used (OIDC Discovery §3, RFC 8414 §2); nothing of it is checked yet.
struct DiscoveryDocument: Decodable, Sendable, Hashable {
    let issuer: String
    let authorizationEndpoint: String?
    let tokenEndpoint: String?
    let userinfoEndpoint: String?
    let jwksURI: String?
    let revocationEndpoint: String?
    let endSessionEndpoint: String?
    let responseTypes: [String]?
    let scopes: [String]?
    let tokenEndpointAuthMethods: [String]?
    let codeChallengeMethods: [String]?
    let idTokenAlgorithms: [String]?
    let promisesIssuerParameter: Bool?
    let tellsOfLogouts: Bool?

    private enum CodingKeys: String, CodingKey {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case userinfoEndpoint = "userinfo_endpoint"
        case jwksURI = "jwks_uri"
        case revocationEndpoint = "revocation_endpoint"
        case endSessionEndpoint = "end_session_endpoint"
        case responseTypes = "response_types_supported"
        case scopes = "scopes_supported"
        case tokenEndpointAuthMethods = "token_endpoint_auth_methods_supported"
        case codeChallengeMethods = "code_challenge_methods_supported"
        case idTokenAlgorithms = "id_token_signing_alg_values_supported"
        case promisesIssuerParameter = "authorization_response_iss_parameter_supported"
        case tellsOfLogouts = "backchannel_logout_supported"
    }
}
