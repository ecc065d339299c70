package import Connectors
package import OAuth
import Synchronization

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A provider that answers as it was told to, and remembers what it was asked.
package final class StubConnector: Connector, RedirectLogin, TokenVerification, TokenRefresh, TokenRevocation,
    UpstreamLogout, LogoutTokenVerification
{
    /// What it answers.
    package struct Script: Sendable {
        package var login: Result<UpstreamLogin, ConnectorError>
        package var verification: Result<UpstreamLogin, ConnectorError>
        /// Whether it takes tokens for its own at all.
        package var mayHaveIssued = true
        package var refresh: Result<UpstreamTokens, ConnectorError>
        package var revocation: Result<RevocationOutcome, ConnectorError> = .success(.revoked)
        package var logout: Result<String?, ConnectorError> = .success("https://upstream.example/logout")
        package var logoutToken: Result<UpstreamLogoutToken, ConnectorError> = .failure(.untrusted(.malformed))
    }

    /// What it was asked.
    package struct Record: Sendable {
        package var begun: [UpstreamAttempt] = []
        package var completed: [UpstreamAttempt] = []
        package var verified: [UpstreamTokens] = []
        package var refreshed: [UpstreamTokens] = []
        package var revoked: [UpstreamTokens] = []
        package var departed: [UpstreamDeparture] = []
    }

    /// What it can do at all.
    package enum Ability: Sendable, CaseIterable {
        case redirect
        case verification
        case refresh
        case revocation
        case logout
        case logoutTokens
    }

    private let abilities: Set<Ability>
    private let state: Mutex<(script: Script, record: Record)>

    package init(_ login: UpstreamLogin, abilities: Set<Ability> = Set(Ability.allCases)) {
        self.abilities = abilities
        let script = Script(login: .success(login), verification: .success(login), refresh: .success(login.tokens))
        state = Mutex((script, Record()))
    }

    package var redirectLogin: (any RedirectLogin)? { abilities.contains(.redirect) ? self : nil }
    package var tokenVerification: (any TokenVerification)? { abilities.contains(.verification) ? self : nil }
    package var tokenRefresh: (any TokenRefresh)? { abilities.contains(.refresh) ? self : nil }
    package var tokenRevocation: (any TokenRevocation)? { abilities.contains(.revocation) ? self : nil }
    package var upstreamLogout: (any UpstreamLogout)? { abilities.contains(.logout) ? self : nil }
    package var logoutTokens: (any LogoutTokenVerification)? { abilities.contains(.logoutTokens) ? self : nil }

    package var record: Record { state.withLock { $0.record } }

    /// Changes what it answers from now on.
    package func answer(_ change: @Sendable (inout Script) -> Void) {
        state.withLock { change(&$0.script) }
    }

    package func begin(_ attempt: UpstreamAttempt, at now: Date) async throws(ConnectorError) -> String {
        state.withLock { $0.record.begun.append(attempt) }
        return "https://upstream.example/authorize?state=\(attempt.state)"
    }

    package func complete(
        _ answer: UpstreamAnswer, to attempt: UpstreamAttempt, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin {
        switch answer {
        case .error(let code, _): throw .refused(code: code)
        case .code: break
        }
        let result = state.withLock { state in
            state.record.completed.append(attempt)
            return state.script.login
        }
        return try result.get()
    }

    package func mayHaveIssued(_ tokens: UpstreamTokens) -> Bool { state.withLock { $0.script.mayHaveIssued } }

    package func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin {
        let result = state.withLock { state in
            state.record.verified.append(tokens)
            return state.script.verification
        }
        return try result.get()
    }

    package func refresh(
        _ tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens {
        let result = state.withLock { state in
            state.record.refreshed.append(tokens)
            return state.script.refresh
        }
        return try result.get()
    }

    package func revoke(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> RevocationOutcome {
        let result = state.withLock { state in
            state.record.revoked.append(tokens)
            return state.script.revocation
        }
        return try result.get()
    }

    package func verifyLogout(_ token: Secret, at now: Date) async throws(ConnectorError) -> UpstreamLogoutToken {
        try state.withLock { $0.script.logoutToken }.get()
    }

    package func address(
        for departure: UpstreamDeparture, at now: Date
    ) async throws(ConnectorError) -> String? {
        let result = state.withLock { state in
            state.record.departed.append(departure)
            return state.script.logout
        }
        return try result.get()
    }
}

extension UpstreamLogin {
    /// What `provider` vouches for when `person` logs in there, with tokens named after both.
    package static func sample(
        _ person: SamplePerson, at provider: ProviderID, authenticatedAt: Date? = nil
    ) -> UpstreamLogin {
        let name = "\(provider)-\(person.userName)"
        return UpstreamLogin(
            subject: person.subject(at: provider), claims: person.claims,
            tokens: UpstreamTokens(
                accessToken: Secret("upstream-access-of-\(name)"), idToken: Secret("upstream-id-of-\(name)"),
                refreshToken: Secret("upstream-refresh-of-\(name)"), expiresAt: Fixtures.noon(plus: 30 * 60)),
            authenticatedAt: authenticatedAt, methods: ["pwd", "otp"])
    }
}
