package import Logging
package import OAuth

/// Who is at the door: what every flow needs to know of one HTTP request.
package struct Visit: Sendable {
    package let ray: RayID
    /// The peer's address, as far as trusted proxies tell it.
    package let address: String
    /// The browser-binding cookie.
    package let browser: Secret?
    /// The session cookie.
    package let session: Secret?
    /// Carries the Ray ID in its metadata.
    package let logger: Logger

    package init(ray: RayID, address: String, browser: Secret?, session: Secret?, logger: Logger) {
        self.ray = ray
        self.address = address
        self.browser = browser
        self.session = session
        self.logger = logger
    }
}
