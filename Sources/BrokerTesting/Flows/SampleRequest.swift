package import OAuth

/// An authorization request as a client would send it, to be changed field by field.
package struct SampleRequest: Sendable {
    package private(set) var fields: [(name: String, value: String)]

    /// A complete request of `client` to its first redirect URI, with a challenge that ``Fixtures/verifier`` answers.
    package init(_ client: Client, scope: String = "openid email") {
        fields = [
            ("response_type", "code"), ("client_id", client.id.rawValue),
            ("redirect_uri", client.redirectURIs.first?.value ?? ""), ("scope", scope), ("state", "state-of-client"),
            ("nonce", "nonce-of-client"), ("code_challenge", CodeChallenge(of: Fixtures.verifier).value),
            ("code_challenge_method", "S256"),
        ]
    }

    /// The request with `name` set to `value`, or without it.
    package func with(_ name: String, _ value: String?) -> SampleRequest {
        var copy = self
        copy.fields.removeAll { $0.name == name }
        if let value { copy.fields.append((name, value)) }
        return copy
    }

    /// The request with one more field, even if it has that name already.
    package func adding(_ name: String, _ value: String) -> SampleRequest {
        var copy = self
        copy.fields.append((name, value))
        return copy
    }

    package var encoded: String { FormEncoding.encode(fields) }

    package var parameters: FormParameters {
        get throws { try FormParameters(decoding: encoded.utf8) }
    }
}

extension Client {
    /// A confidential client that asks for consent, accepts every provider, and gets signed tokens it may refresh.
    package static var portal: Client {
        get throws {
            Client(
                id: ClientID(rawValue: "portal"), name: "Portal",
                redirectURIs: [try RedirectURI(registering: "https://portal.city.example/back?from=broker")],
                authentication: .secret(PasswordHash(phc: "replaced when registered")), tokenProfile: .jwt,
                idTokenAlgorithm: .es256, consent: .ask, providers: .any)
        }
    }
}
