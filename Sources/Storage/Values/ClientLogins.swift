package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// How often, and when, one account has logged in to one client: a login is a code that was redeemed.
package struct ClientLogins: Hashable, Sendable {
    package let accountID: AccountID
    package let count: Int
    package let firstAt: Date
    package let latestAt: Date

    package init(accountID: AccountID, count: Int, firstAt: Date, latestAt: Date) {
        self.accountID = accountID
        self.count = count
        self.firstAt = firstAt
        self.latestAt = latestAt
    }
}
