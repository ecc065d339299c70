import FoundationEssentials
import OAuth
import Synchronization

extension CognitoConnector: TokenRefresh {
    func refresh(
        _ tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens {
        guard let refreshToken = tokens.refreshToken else {
            throw .misbehaved(cause: "\(settings.issuer) gave no refresh token")
        }
        let userName = tokens.holder ?? (try? CompactJWS(tokens.accessToken))?.unverifiedText("username") ?? subject
        // Before the token is spent, because what comes of it has to be judged.
        try await verifier.prepare(at: now)
        return try await unchecked.settle(refreshToken, at: now) { () async throws(ConnectorError) in
            switch try await present(refreshToken, of: userName, at: now) {
            case .accepted(let issued): return issued
            case .rejected(let rejection): throw failure(rejection)
            }
        } check: { (issued) async throws(ConnectorError) in
            var fresh = UpstreamTokens(
                accessToken: issued.accessToken, idToken: issued.idToken,
                refreshToken: issued.refreshToken ?? refreshToken, expiresAt: issued.expiresAt, holder: tokens.holder)
            guard try await judge(fresh, at: now).subject == subject else { throw .untrusted(.subjectMismatch) }
            fresh.idToken = fresh.idToken ?? tokens.idToken
            return fresh
        }
    }

    /// Presents the token by the operation that this app client is known to take, else finds out which it is.
    ///
    /// Only the one that spends no token is tried for its own sake, and a call whose answer was lost is never followed
    /// by another: a token that is good once is not presented twice.
    private func present(
        _ refreshToken: Secret, of userName: String, at now: Date
    ) async throws(ConnectorError) -> CognitoAPI.Reply<IssuedTokens> {
        switch refreshing.current {
        case .said(.initiateAuth): return try await api.refresh(refreshToken, of: userName, at: now)
        case .said(.getTokens), .learned(.getTokens): return try await api.rotate(refreshToken, at: now)
        case .learned(.initiateAuth), .unknown: break
        }
        let first = try await api.refresh(refreshToken, of: userName, at: now)
        switch first {
        case .accepted:
            refreshing.learn(.initiateAuth)
            return first
        case .rejected(let rejection):
            guard rejection.leavesOpen(whether: refreshing.current) else { return first }
        }
        let second = try await api.rotate(refreshToken, at: now)
        switch second {
        case .accepted:
            refreshing.learn(.getTokens)
            return second
        case .rejected(let rejection): return rejection.namesNoOperation ? first : second
        }
    }

    func failure(_ rejection: CognitoRejection) -> ConnectorError {
        let cause = "\(api.endpoint) answered \(rejection.name)"
        return switch rejection.meaning {
        case .grantEnded: .grantEnded
        case .rotates, .misconfigured, .revocationDisabled: .misbehaved(cause: cause)
        case .unavailable: .unavailable(cause: cause)
        }
    }
}

extension CognitoRejection {
    /// Whether what refused this may be the operation rather than the token.
    ///
    /// An app client that rotates refuses `REFRESH_TOKEN_AUTH`, and no document says in which words.
    fileprivate func leavesOpen(whether known: RefreshingKnowledge.State) -> Bool {
        switch (meaning, known) {
        case (.rotates, _), (.misconfigured, .unknown): true
        case (.grantEnded, .unknown): saysInvalidToken
        case (.grantEnded, _), (.misconfigured, _), (.revocationDisabled, _), (.unavailable, _): false
        }
    }
}

/// By which operation the app client refreshes, as far as is known.
final class RefreshingKnowledge: Sendable {
    enum State: Sendable, Hashable {
        case said(CognitoRefreshing)
        case learned(CognitoRefreshing)
        case unknown
    }

    private let state: Mutex<State>

    init(_ said: CognitoRefreshing?) {
        state = Mutex(said.map(State.said) ?? .unknown)
    }

    var current: State { state.withLock { $0 } }

    /// Remembers what worked, unless the operator has said what does.
    func learn(_ operation: CognitoRefreshing) {
        state.withLock { state in
            switch state {
            case .said: break
            case .learned, .unknown: state = .learned(operation)
            }
        }
    }
}
