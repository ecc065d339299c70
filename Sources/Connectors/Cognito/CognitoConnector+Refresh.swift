import FoundationEssentials
import OAuth

extension CognitoConnector: TokenRefresh {
    func refresh(
        _ tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens {
        guard let refreshToken = tokens.refreshToken else {
            throw .misbehaved(cause: "\(settings.issuer) gave no refresh token")
        }
        // The pool hashes with the user name, which only the access token knows; ours, so its word will do.
        let userName = (try? CompactJWS(tokens.accessToken))?.unverifiedText("username") ?? subject
        var reply = try await api.refresh(refreshToken, of: userName, at: now)
        if case .rejected(let rejection) = reply, rejection.meaning == .rotates {
            reply = try await api.rotate(refreshToken, at: now)
        }
        let issued: IssuedTokens
        switch reply {
        case .accepted(let tokens): issued = tokens
        case .rejected(let rejection): throw failure(rejection)
        }
        var fresh = UpstreamTokens(
            accessToken: issued.accessToken, idToken: issued.idToken,
            refreshToken: issued.refreshToken ?? refreshToken, expiresAt: issued.expiresAt)
        guard try await judge(fresh, at: now).subject == subject else { throw .untrusted(.subjectMismatch) }
        fresh.idToken = fresh.idToken ?? tokens.idToken
        return fresh
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
