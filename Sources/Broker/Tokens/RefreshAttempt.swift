import OAuth

/// What one refresh works with. An object, as ``CodeAttempt`` is.
final class RefreshAttempt: Sendable {
    let token: SealedRefreshToken
    let client: Client
    let visit: Visit

    init(token: SealedRefreshToken, client: Client, visit: Visit) {
        self.token = token
        self.client = client
        self.visit = visit
    }
}
