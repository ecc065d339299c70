/// What a client says of itself when it registers (RFC 7591 §2, §3.1) or changes its registration (RFC 7592 §2.2).
///
/// Only the members named here are heard, so that nothing an operator can give a client becomes a stranger's by itself;
/// any other means nothing (RFC 7591 §2).
package struct ClientRegistrationRequest: Sendable {
    /// What it asks for, without a name and a secret.
    package let metadata: ClientMetadata
    /// The name and the secret it says it has (RFC 7592 §2.2).
    package let clientID: String?
    package let clientSecret: Secret?
    /// How it will prove itself, in its own words; `client_secret_basic` where it says nothing (RFC 7591 §2).
    package let authenticationMethod: String

    /// Most entries of a list, and longest scope in bytes.
    private static let maximumCount = 16
    private static let maximumScopeLength = 1024
    private static let secrets = ["client_secret_basic", "client_secret_post"]

    /// Why it is not looked at.
    package enum Refusal: Error, Sendable, Equatable {
        case flaw(ClientMetadata.Flaw)
        /// RFC 7591 §3.2.2 `unapproved_software_statement`: none is approved here.
        case softwareStatement
    }

    /// Reads the body of a request.
    package init(_ document: JSONValue) throws(Refusal) {
        guard let members = document.object else {
            throw .flaw(ClientMetadata.Flaw("client metadata", "must be a JSON object"))
        }
        guard members["software_statement"] ?? .null == .null else { throw .softwareStatement }
        do throws(ClientMetadata.Flaw) {
            let reader = Members(values: members)
            clientID = try reader.text("client_id")
            clientSecret = try reader.text("client_secret").map(Secret.init)
            authenticationMethod = try reader.text("token_endpoint_auth_method") ?? Self.secrets[0]
            metadata = try Self.metadata(reader, method: authenticationMethod)
        } catch {
            throw .flaw(error)
        }
    }

    private static func metadata(
        _ members: Members, method: String
    ) throws(ClientMetadata.Flaw) -> ClientMetadata {
        var metadata = ClientMetadata(clientID: "", redirectURIs: try members.texts("redirect_uris") ?? [])
        metadata.clientName = try members.text("client_name")
        metadata.logoURI = try members.text("logo_uri")
        metadata.postLogoutRedirectURIs = try members.texts("post_logout_redirect_uris") ?? []
        metadata.tokenEndpointAuthMethod = method
        metadata.grantTypes = try grantTypes(members)
        metadata.responseTypes = try members.texts("response_types")
        metadata.scope = try members.text("scope")
        metadata.idTokenSignedResponseAlg = try members.text("id_token_signed_response_alg")
        // A first key of any other kind would be published to everybody, for one stranger's sake.
        guard metadata.idTokenSignedResponseAlg.map(SignatureAlgorithm.standing.map(\.rawValue).contains) ?? true else {
            throw ClientMetadata.Flaw("id_token_signed_response_alg", "must be RS256, ES256 or EdDSA")
        }
        metadata.subjectType = try members.text("subject_type")
        metadata.sectorIdentifierURI = try members.text("sector_identifier_uri")
        metadata.tokenProfile = try members.text("token_profile")
        metadata.providers = try members.texts("providers")
        guard (metadata.scope?.utf8.count ?? 0) <= maximumScopeLength else {
            throw ClientMetadata.Flaw("scope", "is longer than 1024 bytes")
        }
        // Keys that sign or encrypt something else are none of ours.
        guard method == "private_key_jwt" else { return metadata }
        guard members.values["jwks_uri"] ?? .null == .null else {
            throw ClientMetadata.Flaw("jwks_uri", "is not supported: register the keys themselves, as jwks")
        }
        metadata.jwks = members.values["jwks"]
        return metadata
    }

    /// Others can reach further than one login of one person, and are the operator's to give.
    private static func grantTypes(_ members: Members) throws(ClientMetadata.Flaw) -> [String] {
        let usual = Client.GrantType.authorizationCode
        guard let names = try members.texts("grant_types") else { return [usual.rawValue] }
        guard names.allSatisfy([usual, .refreshToken].map(\.rawValue).contains) else {
            throw ClientMetadata.Flaw("grant_types", "may be no others than authorization_code and refresh_token")
        }
        guard names.contains(usual.rawValue) else {
            throw ClientMetadata.Flaw("grant_types", "must have authorization_code among them")
        }
        return names
    }

    /// The members of the object, by kind; null is as good as none.
    private struct Members {
        let values: [String: JSONValue]

        func text(_ name: String) throws(ClientMetadata.Flaw) -> String? {
            switch values[name] {
            case nil, .null: return nil
            case .string(let text): return text
            case .bool, .integer, .number, .array, .object: throw ClientMetadata.Flaw(name, "must be a text")
            }
        }

        func texts(_ name: String) throws(ClientMetadata.Flaw) -> [String]? {
            guard let value = values[name], value != .null else { return nil }
            let texts = value.array?.compactMap(\.string)
            guard let texts, texts.count == value.array?.count else {
                throw ClientMetadata.Flaw(name, "must be a list of texts")
            }
            guard texts.count <= maximumCount else {
                throw ClientMetadata.Flaw(name, "has more than \(maximumCount) entries")
            }
            return texts
        }
    }
}
