#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The code that talks to one kind of upstream provider, set up for one provider file.
///
/// What a provider cannot do is nil here, so nobody finds it out by a failed call.
package protocol Connector: Sendable {
    /// The broker-led way: the browser goes to the provider and comes back with an answer.
    var redirectLogin: (any RedirectLogin)? { get }

    /// The front-end-led way: somebody hands over tokens of this provider.
    var tokenVerification: (any TokenVerification)? { get }

    /// Fresh upstream tokens for an upstream refresh token.
    var tokenRefresh: (any TokenRefresh)? { get }
}

/// A login at the provider's own pages (RFC 6749 §4.1, OIDC Core §3.1).
package protocol RedirectLogin: Sendable {
    /// Where to send the browser for `attempt`.
    func begin(_ attempt: UpstreamAttempt, at now: Date) async throws(ConnectorError) -> String

    /// Turns the provider's `answer` to `attempt` into a verified login.
    func complete(
        _ answer: UpstreamAnswer, to attempt: UpstreamAttempt, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin
}

/// Judges tokens that were obtained elsewhere.
package protocol TokenVerification: Sendable {
    /// Verifies signature, issuer, audience or client, use, expiry and that both tokens name one subject.
    func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin
}

/// Refreshes upstream tokens (RFC 6749 §6).
package protocol TokenRefresh: Sendable {
    /// New tokens of the same `subject`. Where the provider returns no new refresh token, the answer repeats `tokens`' own.
    ///
    /// Throws ``ConnectorError/grantEnded`` only if the provider itself said `invalid_grant`.
    func refresh(
        _ tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens
}
