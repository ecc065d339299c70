package import OAuth

/// Which claims of a provider become which claims here (`claims` in the provider file).
package struct ClaimMapping: Sendable, Hashable {
    private var paths: [String: ClaimPath]

    package init(_ paths: [String: ClaimPath] = [:]) {
        self.paths = paths
    }

    /// Claims that say something about a token, not about a person; no mapping can set them.
    static let reserved: Set<String> = [
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash",
        "sid", "idp", "cnf", "client_id", "scope", "token_use", "ray_id", "events",
    ]

    /// Claims that are taken over under their own names: OpenID Connect's own, `groups`, and Google's `hd`.
    private static let usual = Set(PersonClaims.claimsByScope.values.flatMap(\.self)).union(["hd"])

    /// An address or number, and the claim that vouches for it (OIDC Core §5.1).
    static let vouched = [
        (value: "email", flag: "email_verified"), (value: "phone_number", flag: "phone_number_verified"),
    ]

    /// The claims about the person among all that a provider said.
    package func person(from said: [String: JSONValue]) -> PersonClaims {
        var values = said.filter { Self.usual.contains($0.key) }
        for (name, path) in paths {
            values[name] = path.value(in: said) ?? values[name]
        }
        for (name, flag) in Self.vouched {
            // What the provider vouched for was its own value, not the one mapped over it.
            if values[name] != said[name], paths[flag] == nil { values[flag] = nil }
            // Some providers write these as strings (Cognito's userinfo, Apple).
            if let value = values[flag] { values[flag] = .bool(value.lenientBool ?? false) }
        }
        return PersonClaims(values)
    }
}

/// A path into claims, `$.a.b`.
package struct ClaimPath: Sendable, Hashable {
    private let names: [String]

    /// `nil` unless `text` is `$` followed by one or more names, each after a dot.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts.first == "$", parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        names = Array(parts.dropFirst())
    }

    func value(in claims: [String: JSONValue]) -> JSONValue? {
        names.reduce(JSONValue.object(claims)) { value, name in value?.object?[name] }
    }
}
