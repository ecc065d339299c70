/// Names of claims that say something about a token or a login, not about a person: only the broker makes them.
package enum BrokerClaims {
    /// No provider, mapping, account or scope can set or release one of these, also where the broker makes none: an
    /// upstream cannot answer a nonce or name a session here.
    package static let names: Set<String> = [
        "iss", "sub", "aud", "azp", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "idp", "amr", "acr", "sid",
        "at_hash", "c_hash", "s_hash", "cnf", "act", "may_act", "events", "client_id", "scope", "ray_id", "token_use",
    ]

    /// Longest name of a claim, in bytes.
    package static let maximumLength = 128

    /// Whether a claim about a person can be called `name`.
    package static func leaveFree(_ name: String) -> Bool {
        (1...maximumLength).contains(name.utf8.count) && !names.contains(name)
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
