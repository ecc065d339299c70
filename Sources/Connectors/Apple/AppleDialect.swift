import Crypto
import OAuth

/// Sign in with Apple (developer.apple.com/documentation/signinwithapplerestapi).
struct AppleDialect: OpenIDDialect, Hashable {
    /// Apple refuses to send name or address in a query.
    func parameters(for scope: Scope) -> [(name: String, value: String)] {
        scope.contains("name") || scope.contains("email") ? [("response_mode", "form_post")] : []
    }

    /// Apple knows no `prompt`.
    func prompt(for freshness: UpstreamAttempt.Freshness) -> String? { nil }

    /// Some of Apple's ways in return the SHA-256 of the nonce in its place.
    func nonce(_ said: String, answers nonce: String) -> Bool {
        let digest = SHA256.hash(data: Array(nonce.utf8))
        return [nonce, digest.hexadecimal, Base64URL.encode(digest)].contains { spelling in
            constantTimeEquals(Array(said.utf8), Array(spelling.utf8))
        }
    }

    /// There is no such endpoint.
    var userinfo: UserinfoUse { .never }
    var accessTokens: AccessTokenForm { .opaque }

    /// Apple writes its booleans as such or as strings.
    func normalized(_ said: [String: JSONValue]) -> [String: JSONValue] {
        var said = said
        if let value = said["is_private_email"] { said["is_private_email"] = .bool(value.lenientBool ?? false) }
        return said
    }

    func introduction(_ user: ReportedUser) -> [String: JSONValue] {
        let parts = [user.name?.firstName, user.name?.lastName].compactMap(\.self)
        var claims: [String: JSONValue] = [:]
        claims["given_name"] = user.name?.firstName.map(JSONValue.string)
        claims["family_name"] = user.name?.lastName.map(JSONValue.string)
        if !parts.isEmpty { claims["name"] = .string(parts.joined(separator: " ")) }
        return claims
    }

    var claimsToldOnce: Set<String> { ["name", "given_name", "family_name"] }
}
