package import OAuth

/// Counts of the logins that each client has seen; ``AuthorizationStore`` adds to them as it redeems codes.
package protocol LoginCountStore: Sendable {
    /// At most `limit` accounts that have logged in to `client`, in the order of their ids, those up to `account` left
    /// out.
    func logins(to client: ClientID, after account: AccountID?, limit: Int) async throws -> [ClientLogins]
}
