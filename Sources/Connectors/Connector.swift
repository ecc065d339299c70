package import OAuth

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

    /// People whom a trusted proxy has logged in and names in the header of each request.
    var headerLogin: (any HeaderLogin)? { get }

    /// Ending upstream tokens before their time.
    var tokenRevocation: (any TokenRevocation)? { get }

    /// Ending the person's session at the provider, by way of its own pages.
    var upstreamLogout: (any UpstreamLogout)? { get }

    /// Hearing from the provider that somebody has logged out there.
    var logoutTokens: (any LogoutTokenVerification)? { get }
}

extension Connector {
    /// Few providers without OpenID Connect can be told; whoever can says so.
    package var headerLogin: (any HeaderLogin)? { nil }
    package var tokenRevocation: (any TokenRevocation)? { nil }
    package var upstreamLogout: (any UpstreamLogout)? { nil }
    package var logoutTokens: (any LogoutTokenVerification)? { nil }
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
    /// Whether these can be tokens of this provider, by what they say themselves: nothing is believed, and nobody asked.
    ///
    /// Of several providers only such see the tokens: what another's interface is asked with would do to act as the
    /// person there.
    func mayHaveIssued(_ tokens: UpstreamTokens) -> Bool

    /// Verifies signature, issuer, audience or client, use, expiry and that both tokens name one subject.
    func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin
}

/// Refreshes upstream tokens (RFC 6749 §6).
package protocol TokenRefresh: Sendable {
    /// New tokens of the same `subject`. Where the provider returns no new refresh token, the answer repeats `tokens`' own.
    ///
    /// Throws ``ConnectorError/grantEnded`` only if the provider itself said `invalid_grant`, and
    /// ``ConnectorError/notAdmitted(reason:)`` for a person who has left where the operator's rules say they must be.
    func refresh(
        _ tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens
}

/// Tells the provider that tokens are no longer needed (RFC 7009).
package protocol TokenRevocation: Sendable {
    /// Revokes the refresh token of `tokens` and with it the provider's grant, then the access token if there is one.
    ///
    /// An empty access token is none. A token the provider does not know any more is as good as revoked.
    func revoke(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> RevocationOutcome
}

/// What came of a revocation.
package enum RevocationOutcome: Sendable, Hashable {
    case revoked
    /// The provider's metadata names no way, or it does not revoke tokens of this kind.
    case notOffered
}

/// Ends a session at the provider's own pages (OIDC RP-Initiated Logout).
package protocol UpstreamLogout: Sendable {
    /// Where to send the browser for `departure`; nil where the provider's metadata names no such page.
    func address(for departure: UpstreamDeparture, at now: Date) async throws(ConnectorError) -> String?
}

/// Judges logout tokens of the provider (OIDC Back-Channel Logout §2.6).
package protocol LogoutTokenVerification: Sendable {
    /// Verifies signature, issuer, audience, age, event and type; whether it was used before is the caller's to know.
    func verifyLogout(_ token: Secret, at now: Date) async throws(ConnectorError) -> UpstreamLogoutToken
}
