#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How long things live, in seconds.
package struct Lifetimes: Sendable, Hashable {
    /// An authorization request on its way through the browser.
    package var payload = 15 * 60
    /// A code: 60 s, at most 600 (RFC 6749 §4.1.2).
    package var code = 60
    /// The codes of a device that waits to be let in (RFC 8628 §3.2).
    package var device = 10 * 60
    package var accessToken = 60 * 60
    package var idToken = 60 * 60
    /// A grant, however often it is refreshed.
    package var grant = 90 * 24 * 60 * 60
    /// A grant that is not refreshed.
    package var idleGrant = 30 * 24 * 60 * 60
    /// The window in which the immediate predecessor of a refresh token still yields its successor.
    package var refreshGrace = 30
    package var session = SessionLifetime(idle: 60 * 60, absolute: 12 * 60 * 60)
    /// The session of a person who asked to be remembered.
    package var rememberedSession = SessionLifetime(idle: 14 * 24 * 60 * 60, absolute: 30 * 24 * 60 * 60)

    package init() {}

    /// When a grant of `creation` ends that was last used at `use`.
    func grantEnd(created creation: Date, used use: Date) -> Date {
        min(creation.addingTimeInterval(Double(grant)), use.addingTimeInterval(Double(idleGrant)))
    }
}

/// When a session ends, in seconds.
package struct SessionLifetime: Sendable, Hashable {
    /// Since the last request.
    package var idle: Int
    /// Since the login.
    package var absolute: Int

    package init(idle: Int, absolute: Int) {
        self.idle = idle
        self.absolute = absolute
    }
}
