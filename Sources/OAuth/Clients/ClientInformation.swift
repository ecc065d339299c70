/// What a client that registered itself is told of its registration (RFC 7591 §3.2.1, RFC 7592 §3).
package struct ClientInformation: Sendable {
    private let client: Client
    private let authenticationMethod: String
    /// Seconds since 1970.
    private let issuedAt: Int
    /// Where it is made new: it is shown this once.
    private let secret: Secret?
    private let access: Access

    /// With what, and where, the client manages its registration.
    package struct Access: Sendable {
        package let token: Secret
        package let address: String

        package init(token: Secret, address: String) {
            self.token = token
            self.address = address
        }
    }

    package init(
        _ client: Client, authenticationMethod: String, issuedAt: Int, secret: Secret?, access: Access
    ) {
        self.client = client
        self.authenticationMethod = authenticationMethod
        self.issuedAt = issuedAt
        self.secret = secret
        self.access = access
    }
}

extension ClientInformation: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.add("client_id", client.id.rawValue)
        json.add("client_id_issued_at", issuedAt)
        if let secret {
            json.add("client_secret", secret.reveal())
            // Never, in the words of RFC 7591 §3.2.1.
            json.add("client_secret_expires_at", 0)
        }
        json.add("registration_access_token", access.token.reveal())
        json.add("registration_client_uri", access.address)
        json.add("client_name", client.name)
        json.add("logo_uri", client.logoURI)
        json.add("redirect_uris", client.redirectURIs.map(\.value))
        json.add("post_logout_redirect_uris", client.postLogoutRedirectURIs)
        json.add("token_endpoint_auth_method", authenticationMethod)
        switch client.authentication {
        case .keys(let keys): json.add("jwks", keys)
        case .publicClient, .secret: break
        }
        json.add("grant_types", client.grantTypes.map(\.rawValue).sorted())
        json.add("response_types", ["code"])
        json.add("scope", client.allowedScope.wireValue)
        json.add("id_token_signed_response_alg", client.idTokenAlgorithm.rawValue)
        switch client.subjects {
        case .shared: json.add("subject_type", "public")
        case .pairwise(let sector):
            json.add("subject_type", "pairwise")
            json.add("sector_identifier_uri", sector.uri)
        }
        json.add("token_profile", client.tokenProfile.rawValue)
        switch client.providers {
        case .any: break
        case .only(let providers): json.add("providers", providers.map(\.rawValue))
        }
    }
}
