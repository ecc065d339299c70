package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Accounts, their identities and their local credentials.
package protocol AccountStore: Sendable {
    /// The account named `id`, if there is one.
    func account(_ id: AccountID) async throws -> Account?

    /// The identity of `subject` at `provider` with its account, if one is linked.
    func person(provider: ProviderID, subject: String) async throws -> Person?

    /// The credential with that folded user name, with its account and its local identity.
    func localAccount(userNameKey: String) async throws -> LocalAccount?

    /// All local accounts, by user name.
    func localAccounts() async throws -> [LocalAccount]

    /// Creates account, credential and identity together; throws ``StoreError/conflict`` if the user name is taken.
    func insert(_ account: LocalAccount, event: AuditEvent) async throws

    /// The identity of `candidate`'s provider and subject, its claims replaced by the candidate's and its login time
    /// brought up to date; if none is linked, `candidate` with the account that `linking` finds, else with a new one of
    /// the candidate's id. All in one transaction, so that two first logins at once make one account.
    func recordLogin(_ candidate: Identity, linking: IdentityLinking, at now: Date) async throws -> Person

    /// Puts `changes` over the claims of the identity, and takes away those whose new value is null, in one transaction.
    /// Throws ``StoreError/notFound`` if there is no such identity.
    func changeClaims(
        _ changes: [String: JSONValue], of subject: String, at provider: ProviderID, event: AuditEvent
    ) async throws

    /// Enables or disables an account; disabling ends its sessions, burns its codes and staged logins, revokes its
    /// grants, and tells the clients. Throws ``StoreError/notFound`` if there is no such account.
    func setStatus(_ status: Account.Status, of id: AccountID, event: AuditEvent) async throws

    /// Ends everything the account has begun: sessions, grants, codes and staged logins; the clients are told. Throws
    /// ``StoreError/notFound`` if there is no such account.
    func signOut(_ id: AccountID, event: AuditEvent) async throws

    /// Replaces the password hash and ends what was begun under the old one: sessions, grants, codes and staged logins;
    /// the clients are told. Throws ``StoreError/notFound`` if the account has no credential.
    func setPassword(_ hash: PasswordHash, of id: AccountID, event: AuditEvent) async throws

    /// Puts `new` in the place of `old` after a login showed that the parameters are outdated; nothing happens if another login was quicker.
    func upgradePassword(of id: AccountID, from old: PasswordHash, to new: PasswordHash) async throws
}

extension AccountStore {
    /// Records a login whose identity, if it is new, gets an account of its own.
    package func recordLogin(_ candidate: Identity, at now: Date) async throws -> Person {
        try await recordLogin(candidate, linking: .never, at: now)
    }
}

/// An identity and the account it is linked to.
package struct Person: Hashable, Sendable {
    package let identity: Identity
    package let account: Account

    package init(identity: Identity, account: Account) {
        self.identity = identity
        self.account = account
    }
}

/// A local account with all its parts.
package struct LocalAccount: Hashable, Sendable {
    package var account: Account
    package var credential: LocalCredential
    package var identity: Identity

    package init(account: Account, credential: LocalCredential, identity: Identity) {
        self.account = account
        self.credential = credential
        self.identity = identity
    }
}
