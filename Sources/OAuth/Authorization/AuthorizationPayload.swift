/// What travels through the browser as `payload`: a validated request on its way, sealed for one browser.
package struct AuthorizationPayload: Sendable, Hashable, Codable {
    package let id: PayloadID
    package let request: AuthorizationRequest
    /// The hash of the browser-binding cookie; without that cookie the payload is worth nothing.
    package let browser: HandleDigest
    /// The request through the broker that began it, for the trail.
    package let ray: RayID
    /// Milliseconds since 1970 at which the request was made.
    package let issuedAt: Int
    /// Seconds since 1970 at which the payload stops counting.
    package let expiresAt: Int

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
        AuthorizationPayload(
            id: id, request: request, browser: browser, ray: ray, issuedAt: issuedAt, expiresAt: expiresAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id = "i"
        case request = "r"
        case browser = "b"
        case ray = "y"
        case issuedAt = "t"
        case expiresAt = "e"
    }
}
