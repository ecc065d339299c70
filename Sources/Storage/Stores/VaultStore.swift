package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Upstream tokens kept for later, at most one row for each identity.
package protocol VaultStore: Sendable {
    /// Puts `entry` in the place of whatever is kept of the identity. Where it has no refresh token, the one kept before
    /// for the same account stays: some providers give it once.
    func keep(_ entry: VaultEntry) async throws

    /// What is kept of the identity.
    func vaulted(provider: ProviderID, subject: String) async throws -> VaultStanding

    /// The identity of `account` at `provider` whose tokens were kept last; nil if none are.
    func vaultedSubject(of account: AccountID, at provider: ProviderID) async throws -> String?

    /// Puts `entry` in the place of what was kept as `revision`; false, and nothing changed, if that is gone by now.
    func renew(_ entry: VaultEntry, from revision: Int) async throws -> Bool

    /// Forgets the tokens of `entry`, kept as `revision`, and remembers when the provider ended them; false, and nothing
    /// recorded, if they are gone by now.
    func endVaulted(_ entry: VaultEntry, from revision: Int, event: AuditEvent) async throws -> Bool

    /// Takes out at most `limit` entries for which nobody has a use any more, each for one caller alone: their account has
    /// no grant that counts at `now`, or no longer has the identity.
    func takeAbandoned(at now: Date, limit: Int) async throws -> [VaultEntry]
}

/// What is kept of an identity.
package enum VaultStanding: Hashable, Sendable {
    case nothing
    /// `revision` changes with every change of the entry.
    case held(VaultEntry, revision: Int)
    /// The provider has ended its grant, and nobody has logged in there since.
    case ended(at: Date)
}
