package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A person as Drawbridge knows them; the id is the `sub` that clients see.
package struct Account: Hashable, Sendable {
    package let id: AccountID
    package var status: Status
    package let createdAt: Date

    package enum Status: String, Sendable, CaseIterable {
        case active
        case disabled
    }

    package init(id: AccountID, status: Status = .active, createdAt: Date) {
        self.id = id
        self.status = status
        self.createdAt = createdAt
    }
}

/// The user name and password of an account that logs in here.
package struct LocalCredential: Hashable, Sendable {
    package let accountID: AccountID
    /// The user name as the person wrote it.
    package var userName: String
    /// The user name after NFKC and case folding; unique among credentials.
    package var userNameKey: String
    package var passwordHash: PasswordHash

    package init(accountID: AccountID, userName: String, userNameKey: String, passwordHash: PasswordHash) {
        self.accountID = accountID
        self.userName = userName
        self.userNameKey = userNameKey
        self.passwordHash = passwordHash
    }
}

/// One (provider, upstream subject) pair, linked to one account, with what the provider last said.
///
/// A local account has one too: provider `local`, the account's id as subject.
package struct Identity: Hashable, Sendable {
    package let provider: ProviderID
    package let subject: String
    package let accountID: AccountID
    package var claims: PersonClaims
    package var lastLoginAt: Date?

    package init(
        provider: ProviderID, subject: String, accountID: AccountID, claims: PersonClaims, lastLoginAt: Date? = nil
    ) {
        self.provider = provider
        self.subject = subject
        self.accountID = accountID
        self.claims = claims
        self.lastLoginAt = lastLoginAt
    }
}
