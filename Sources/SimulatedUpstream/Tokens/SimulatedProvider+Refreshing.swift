import FoundationEssentials

extension SimulatedProvider {
    /// New access and ID tokens for `token`, and its successor where the client's tokens rotate.
    ///
    /// `approve` has the last word before the token is used up. Throws a ``RefreshRefusal``, or what `approve` throws.
    func refresh(
        _ token: String, client: SimulatedClient, approve: (Login) throws -> Void
    ) throws -> (access: String, identity: String, successor: String?, scope: [String]) {
        let successor = handle(bytes: 96)
        let now = configuration.clock()
        let login = try withState { state in
            state.refreshes += 1
            guard !state.faults.contains(.refreshRefused) else { throw RefreshRefusal.revoked }
            if let record = state.refreshTokens[token] { try approve(record.login) }
            return try state.use(refreshToken: token, clientID: client.id, successor: successor, now: now).login
        }
        let pair = try mintPair(for: login)
        switch client.refreshTokens {
        case .reusable: return (pair.access, pair.identity, nil, login.scope)
        case .rotating: return (pair.access, pair.identity, successor, login.scope)
        }
    }

    /// Ends the login that the refresh token belongs to, if it is this client's.
    func revoke(refreshToken token: String, client: SimulatedClient) {
        withState { state in
            guard state.refreshTokens[token]?.login.client.id == client.id else { return }
            state.revoke(refreshToken: token)
        }
    }
}
