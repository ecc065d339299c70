package import OAuth

/// Which identities belong to one account.
package protocol IdentityStore: Sendable {
    /// The identities of `account`, by provider and subject.
    func identities(of account: AccountID) async throws -> [Identity]

    /// Gives `identity` to the account it names, which must be active, and records `event` if anything changed.
    ///
    /// `owner` is the account that had it when the person agreed, nil if none had: where somebody else has it by now,
    /// nothing changes. An owner who loses an identity this way loses all that was begun by it: sessions, grants, codes
    /// and staged logins, and the clients are told. Throws ``StoreError/notFound`` if the account is not there or not active.
    func link(_ identity: Identity, from owner: AccountID?, event: AuditEvent) async throws -> IdentityLink

    /// Takes the identity from `account`, ends the sessions, grants, codes and staged logins that came of it, tells the
    /// clients, and records `event`; false, and nothing happens, if it is not there or is the last way into the account.
    func unlink(
        provider: ProviderID, subject: String, from account: AccountID, event: AuditEvent
    ) async throws -> Bool
}

/// What came of linking an identity.
package enum IdentityLink: Hashable, Sendable {
    case linked
    /// The account had it before; nothing changed.
    case alreadyLinked
    /// It belongs to this account, which is not the owner the person was told of.
    case ownedBy(AccountID)
}

/// How an identity that is new here may find an account that is not.
package enum IdentityLinking: Sendable {
    /// It gets an account of its own.
    case never
    case byVerifiedEmail(VouchedAddress)
}

/// An e-mail address that a provider the operator trusts has verified (`link_by_verified_email`).
///
/// It leads to the one account that has the same address verified by another such provider, and no identity at the
/// candidate's own: to that provider the two are different people, whoever has the address now.
package struct VouchedAddress: Sendable {
    /// ``OAuth/PersonClaims/verifiedEmailKey``.
    package let key: String
    /// The providers whose word on an address counts, local accounts among them.
    package let vouchers: Set<ProviderID>
    /// What to record if the address leads to an account.
    package let event: @Sendable (AccountID) -> AuditEvent

    package init(key: String, vouchers: Set<ProviderID>, event: @escaping @Sendable (AccountID) -> AuditEvent) {
        self.key = key
        self.vouchers = vouchers
        self.event = event
    }
}
