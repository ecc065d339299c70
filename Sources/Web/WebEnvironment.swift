package import Broker
package import Logging

/// What the web layer works with. One object, made at start-up and shared by all: a controller that is copied for a
/// request copies a reference and nothing else.
package final class WebEnvironment: Sendable {
    package let issuer: Issuer
    package let templates: PageTemplates
    package let rays: RayIDGenerator
    package let trustedProxies: TrustedProxies
    package let loginFrontEnd: LoginFrontEnd?
    package let logger: Logger
    /// Nil where nobody asks what was counted.
    package let metrics: MetricsAccess?
    let cookies: CookieNames

    package init(
        issuer: Issuer, templates: PageTemplates, rays: RayIDGenerator, trustedProxies: TrustedProxies,
        loginFrontEnd: LoginFrontEnd?, logger: Logger, metrics: MetricsAccess? = nil
    ) {
        self.metrics = metrics
        self.issuer = issuer
        self.templates = templates
        self.rays = rays
        self.trustedProxies = trustedProxies
        self.loginFrontEnd = loginFrontEnd
        self.logger = logger
        cookies = CookieNames(issuer.transport)
    }
}
