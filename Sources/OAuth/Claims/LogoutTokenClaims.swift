/// The claims of a logout token (OIDC Back-Channel Logout §2.4). Times are seconds since 1970.
///
/// It has no `nonce`: that is what keeps it from passing as an ID token.
package struct LogoutTokenClaims: Sendable, Hashable {
    package let issuer: String
    package let subject: String
    package let audience: String
    package let issuedAt: Int
    package let expiresAt: Int
    package let tokenID: String
    /// The session that has ended; nil if all of the subject's have.
    package let sessionName: String?
    /// The request that ended it.
    package let rayID: String?

    /// The one member of `events`.
    package static let event = "http://schemas.openid.net/event/backchannel-logout"

    package init(
        issuer: String, subject: String, audience: String, issuedAt: Int, expiresAt: Int, tokenID: String,
        sessionName: String?, rayID: String?
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.sessionName = sessionName
        self.rayID = rayID
    }
}

extension LogoutTokenClaims: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.add("iss", issuer)
        json.add("sub", subject)
        json.add("aud", audience)
        json.add("iat", issuedAt)
        json.add("exp", expiresAt)
        json.add("jti", tokenID)
        json.add("sid", sessionName)
        json.add("events", JSONValue.object([Self.event: .object([:])]))
        json.add("ray_id", rayID)
    }
}
