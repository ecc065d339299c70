/// Which sessions of providers began which here, so that their end can follow.
package protocol UpstreamSessionStore: Sendable {
    /// Remembers that a login in a provider's session began one here; the same again changes nothing but its expiry.
    func remember(_ session: UpstreamSession) async throws

    /// Ends what began in what has ended at a provider, once for each message: sessions, and all grants, also those with
    /// `offline_access`; the clients are told. All in one transaction.
    func end(_ ending: UpstreamEnding) async throws -> UpstreamEnding.Outcome
}
