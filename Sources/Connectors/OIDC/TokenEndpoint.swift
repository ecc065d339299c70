import FoundationEssentials
import OAuth

/// What a provider's token endpoint said.
enum TokenAnswer: Sendable {
    case issued(IssuedTokens)
    /// An OAuth error (RFC 6749 §5.2), cut down to what may be logged.
    case rejected(code: String)
}

/// Tokens as a token endpoint wrote them, nothing checked yet.
struct IssuedTokens: Sendable {
    let accessToken: Secret
    let idToken: Secret?
    let refreshToken: Secret?
    let expiresAt: Date?

    /// These tokens, if they are of a kind that can be passed on; `endpoint` has issued them.
    func usable(from endpoint: UpstreamEndpoint) throws(ConnectorError) -> IssuedTokens {
        guard UpstreamTokens(self).canBePassedOn else {
            throw .misbehaved(
                cause: "\(endpoint) answered with a token of odd characters or over "
                    + "\(UpstreamTokens.maximumLength) bytes")
        }
        return self
    }

    /// Longest lifetime believed, in seconds: ten years.
    private static let longestLifetime = 315_576_000.0

    /// When something ends that lasts for `seconds`.
    static func expiry(after seconds: Double?, from now: Date) -> Date? {
        guard let seconds, seconds.isFinite, seconds > 0 else { return nil }
        return now.addingTimeInterval(min(seconds, longestLifetime))
    }
}

/// Asks a provider's token endpoint (RFC 6749 §3.2).
struct TokenEndpoint: Sendable {
    let credential: ClientCredential
    let transport: any UpstreamTransport

    var client: UpstreamClient { credential.client }

    init(client: UpstreamClient, transport: any UpstreamTransport) {
        credential = ClientCredential(client)
        self.transport = transport
    }

    private struct Answer: Decodable {
        let access_token: String?
        let token_type: String?
        let expires_in: JSONValue?
        let refresh_token: String?
        let id_token: String?
        let error: JSONValue?
    }

    /// Presents `grant` at `endpoint`, once: codes and rotating refresh tokens do not survive a second try.
    func ask(
        _ endpoint: UpstreamEndpoint, for grant: [(name: String, value: String)], at now: Date
    ) async throws(ConnectorError) -> TokenAnswer {
        let response = try await transport.send(credential.request(endpoint, presenting: grant, at: now))
        try response.requireAnswer(from: endpoint)
        let answer = try response.decode(Answer.self, from: endpoint)
        if let error = answer.error { return .rejection(error) }
        guard response.status == 200, let accessToken = answer.access_token, !accessToken.isEmpty else {
            throw .misbehaved(cause: "\(endpoint) answered \(response.status) without an access token")
        }
        guard answer.token_type?.lowercased() ?? "bearer" == "bearer" else {
            throw .misbehaved(cause: "\(endpoint) answered with a token that is not a bearer token")
        }
        let issued = IssuedTokens(
            accessToken: Secret(accessToken), idToken: Self.present(answer.id_token),
            refreshToken: Self.present(answer.refresh_token),
            expiresAt: IssuedTokens.expiry(after: Self.seconds(answer.expires_in), from: now))
        return .issued(try issued.usable(from: endpoint))
    }

    /// Presents `refreshToken` at `endpoint` (RFC 6749 §6).
    ///
    /// Throws ``ConnectorError/grantEnded`` only if the provider itself said `invalid_grant`.
    func redeem(
        _ refreshToken: Secret, at endpoint: UpstreamEndpoint, now: Date
    ) async throws(ConnectorError) -> IssuedTokens {
        let grant = [(name: "grant_type", value: "refresh_token"), ("refresh_token", refreshToken.reveal())]
        switch try await ask(endpoint, for: grant, at: now) {
        case .issued(let issued): return issued
        case .rejected("invalid_grant"): throw .grantEnded
        case .rejected(let code): throw .misbehaved(cause: "\(endpoint) answered \(code)")
        }
    }

    /// Some providers write `expires_in` as a string.
    private static func seconds(_ value: JSONValue?) -> Double? {
        value?.seconds ?? value?.string.flatMap(Double.init)
    }

    private static func present(_ text: String?) -> Secret? {
        guard let text, !text.isEmpty else { return nil }
        return Secret(text)
    }

    /// An error code without anything that could forge a log line or be a secret: `error` is one word (RFC 6749 §5.2).
    static func loggable(_ error: String) -> String {
        String(error.prefix(64).filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) })
    }
}
