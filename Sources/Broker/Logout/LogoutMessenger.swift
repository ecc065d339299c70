import Connectors
import OAuth
import Storage

/// Makes and sends one logout token (OIDC Back-Channel Logout §2.4, §2.5).
struct LogoutMessenger: Sendable {
    private let environment: BrokerEnvironment
    private let calls: any ClientCalling

    /// Seconds for which a logout token counts (§2.4: preferably at most two minutes).
    static let tokenLifetime = 120
    /// Longest answer that is read, in bytes; what it says does not matter.
    private static let longestAnswer = 64 * 1024

    init(_ environment: BrokerEnvironment, calls: any ClientCalling) {
        self.environment = environment
        self.calls = calls
    }

    /// What came of one attempt.
    enum Outcome: Sendable, Equatable {
        case delivered
        /// The client is no longer registered, or wants to hear no more.
        case notWanted
        /// `cause` is for the log.
        case failed(Reason, cause: String)
    }

    /// Why, as the trail says it.
    enum Reason: String, Sendable {
        case unreachable
        case refused
        /// The address is one that the client may not name.
        case addressNotAllowed = "address_not_allowed"
    }

    /// Sends the client of `notice` a fresh token. Each attempt has a `jti` of its own: a client that remembers them must
    /// not take the second for a replay of the first, whose answer was lost.
    func tell(_ notice: LogoutNotice) async throws -> Outcome {
        guard let client = try await environment.store.client(notice.clientID), let channel = client.backChannelLogout
        else { return .notWanted }
        let endpoint: UpstreamEndpoint
        do throws(UpstreamEndpoint.Flaw) {
            // A client that registers itself has no say in where it is called (``ClientRegistrationRequest``).
            endpoint = try UpstreamEndpoint(registered: channel.uri, by: .theOperator)
        } catch {
            return .failed(.addressNotAllowed, cause: "the registered address is not allowed: \(error)")
        }
        let request = UpstreamRequest(
            endpoint, content: .form([("logout_token", try await token(for: client, of: notice).reveal())]),
            limit: Self.longestAnswer)
        do throws(ConnectorError) {
            let response = try await calls.send(request)
            // Some frameworks answer 204 in place of 200 (§2.8).
            guard (200...299).contains(response.status) else {
                return .failed(.refused, cause: "\(endpoint) answered \(response.status)")
            }
            return .delivered
        } catch {
            return .failed(.unreachable, cause: error.logCause)
        }
    }

    private func token(for client: Client, of notice: LogoutNotice) async throws -> Secret {
        let now = environment.clock.now.numericDate
        let claims = LogoutTokenClaims(
            issuer: environment.issuer.value, subject: environment.subject(of: notice.accountID, for: client),
            audience: client.id.rawValue, issuedAt: now, expiresAt: now + Self.tokenLifetime,
            tokenID: environment.random.bytes(Bits128.self).name, sessionName: notice.sessionName,
            rayID: notice.ray?.description)
        try await environment.signingKeys.provide(client.idTokenAlgorithm)
        return try environment.signingKeys.sign(claims, as: .logoutToken, with: client.idTokenAlgorithm)
    }
}
