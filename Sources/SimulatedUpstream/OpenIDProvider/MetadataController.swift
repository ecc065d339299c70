import HTTPTypes
import Hummingbird
import OAuth

/// Keys and discovery documents of both faces.
struct MetadataController {
    let provider: SimulatedProvider

    /// The JWK set, which both faces share.
    func keys() throws -> Response {
        try .json(.ok, provider.keys.published(faults: TokenFaults(provider.faults).keySet))
    }

    /// OpenID Connect Discovery §3.
    func discovery(_ face: SimulatedClient.Face) throws -> Response {
        var members: [String: JSONValue] = [
            "issuer": .string(provider.issuer(of: face)),
            "authorization_endpoint": address(.authorize),
            "token_endpoint": address(.token),
            "userinfo_endpoint": address(.userInfo),
            "revocation_endpoint": address(.revocation),
            "end_session_endpoint": address(.logout),
            "response_types_supported": strings(["code"]),
            "subject_types_supported": strings(["public"]),
            "id_token_signing_alg_values_supported": strings(["RS256"]),
            "scopes_supported": strings(["openid", "email", "phone", "profile"]),
            "token_endpoint_auth_methods_supported": strings(["client_secret_basic", "client_secret_post"]),
        ]
        switch face {
        case .pool:
            members["jwks_uri"] = address(.poolKeys)
        case .openID:
            members["jwks_uri"] = address(.keys)
            members["grant_types_supported"] = strings(["authorization_code", "refresh_token"])
            members["response_modes_supported"] = strings(["query"])
            members["code_challenge_methods_supported"] = strings(["S256"])
            members["authorization_response_iss_parameter_supported"] = true
            members["token_endpoint_auth_methods_supported"] = strings([
                "client_secret_basic", "client_secret_post", "none",
            ])
        }
        return try .json(.ok, .object(members))
    }

    private func address(_ endpoint: Endpoint) -> JSONValue { .string(provider.address(of: endpoint)) }

    private func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}
