/// What travels through the browser as `payload`: a validated request on its way, sealed for one browser.
package struct AuthorizationPayload: Sendable, Hashable, Codable {
    package let id: PayloadID
    package private(set) var request: AuthorizationRequest
    /// The hash of the browser-binding cookie; without that cookie the payload is worth nothing.
    package let browser: HandleDigest
    /// The request through the broker that began it, for the trail.
    package let ray: RayID
    /// Milliseconds since 1970 at which the request was made.
    package let issuedAt: Int
    /// Seconds since 1970 at which the payload stops counting.
    package let expiresAt: Int
    /// What came of sending the person away to be verified; nil where that did not happen.
    package private(set) var verification: Verification?

    package enum Verification: String, Sendable, Codable {
        /// They came back and say it is done.
        case said
    }

    package init(
        id: PayloadID, request: AuthorizationRequest, browser: HandleDigest, ray: RayID, issuedAt: Int, expiresAt: Int
    ) {
        self.id = id
        self.request = request
        self.browser = browser
        self.ray = ray
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// The same request under another id: what a front end that cannot send the cookie continues with.
    package func renamed(_ id: PayloadID) -> AuthorizationPayload {
        var copy = AuthorizationPayload(
            id: id, request: request, browser: browser, ray: ray, issuedAt: issuedAt, expiresAt: expiresAt)
        copy.verification = verification
        return copy
    }

    /// The same request of somebody who says that they have been verified.
    package func afterVerification() -> AuthorizationPayload {
        var copy = self
        copy.verification = .said
        return copy
    }

    /// The same request for `scope` alone, which is less than was asked for (RFC 6749 §3.3).
    package func narrowed(to scope: Scope) -> AuthorizationPayload {
        var copy = self
        copy.request = request.narrowed(to: scope)
        return copy
    }

    private enum CodingKeys: String, CodingKey {
        case id = "i"
        case request = "r"
        case browser = "b"
        case ray = "y"
        case issuedAt = "t"
        case expiresAt = "e"
        case verification = "v"
    }
}
