import Crypto
import FoundationEssentials
import OAuth

/// Cognito's user-pool API (AWS JSON 1.1), as far as it takes to refresh and to look a user up.
struct CognitoAPI: Sendable {
    let client: UpstreamClient
    let endpoint: UpstreamEndpoint
    let transport: any UpstreamTransport

    /// An answer, or the pool's own refusal.
    enum Reply<Answer: Sendable>: Sendable {
        case accepted(Answer)
        case rejected(CognitoRejection)
    }

    /// An answer whose being there says it all.
    struct Nothing: Decodable, Sendable {}

    private struct Authentication: Decodable, Sendable {
        struct Result: Decodable, Sendable {
            let AccessToken: String
            let IdToken: String?
            let RefreshToken: String?
            let ExpiresIn: Double?
        }
        let AuthenticationResult: Result
    }

    private struct User: Decodable, Sendable {
        struct Attribute: Decodable, Sendable {
            let Name: String
            let Value: String?
        }
        let UserAttributes: [Attribute]
    }

    /// `InitiateAuth` with `REFRESH_TOKEN_AUTH`, for app clients that do not rotate refresh tokens.
    func refresh(
        _ refreshToken: Secret, of userName: String, at now: Date
    ) async throws(ConnectorError) -> Reply<IssuedTokens> {
        var parameters = ["REFRESH_TOKEN": refreshToken.reveal()]
        parameters["SECRET_HASH"] = client.secret.map { secretHash(of: userName, secret: $0) }
        return try await issued(
            call(
                "InitiateAuth",
                [
                    "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": .string(client.id),
                    "AuthParameters": .object(parameters.mapValues(JSONValue.string)),
                ]), at: now)
    }

    /// `GetTokensFromRefreshToken`, for app clients that do.
    func rotate(_ refreshToken: Secret, at now: Date) async throws(ConnectorError) -> Reply<IssuedTokens> {
        var message: [String: JSONValue] = [
            "ClientId": .string(client.id), "RefreshToken": .string(refreshToken.reveal()),
        ]
        message["ClientSecret"] = client.secret.map { .string($0.reveal()) }
        return try await issued(call("GetTokensFromRefreshToken", message), at: now)
    }

    /// `RevokeToken`: ends the login that `refreshToken` belongs to.
    func revoke(_ refreshToken: Secret) async throws(ConnectorError) -> Reply<Nothing> {
        var message: [String: JSONValue] = [
            "ClientId": .string(client.id), "Token": .string(refreshToken.reveal()),
        ]
        message["ClientSecret"] = client.secret.map { .string($0.reveal()) }
        return try await call("RevokeToken", message)
    }

    /// `GetUser`: the attributes of whoever `accessToken` is about.
    func attributes(with accessToken: Secret) async throws(ConnectorError) -> Reply<[String: JSONValue]> {
        let reply: Reply<User> = try await call("GetUser", ["AccessToken": .string(accessToken.reveal())])
        switch reply {
        case .rejected(let rejection): return .rejected(rejection)
        case .accepted(let user):
            var attributes: [String: JSONValue] = [:]
            for attribute in user.UserAttributes { attributes[attribute.Name] = attribute.Value.map(JSONValue.string) }
            return .accepted(attributes)
        }
    }

    /// `SECRET_HASH`: base64 of HMAC-SHA-256 over user name and client id, keyed with the client secret.
    private func secretHash(of userName: String, secret: Secret) -> String {
        let key = SymmetricKey(data: Array(secret.reveal().utf8))
        return Data(HMAC<SHA256>.authenticationCode(for: Array((userName + client.id).utf8), using: key))
            .base64EncodedString()
    }

    private func issued(
        _ reply: Reply<Authentication>, at now: Date
    ) throws(ConnectorError) -> Reply<IssuedTokens> {
        switch reply {
        case .rejected(let rejection): return .rejected(rejection)
        case .accepted(let answer):
            let result = answer.AuthenticationResult
            let issued = IssuedTokens(
                accessToken: Secret(result.AccessToken), idToken: result.IdToken.map(Secret.init),
                refreshToken: result.RefreshToken.map(Secret.init),
                expiresAt: IssuedTokens.expiry(after: result.ExpiresIn, from: now))
            return .accepted(try issued.usable(from: endpoint))
        }
    }

    private func call<Answer: Decodable & Sendable>(
        _ operation: String, _ message: [String: JSONValue]
    ) async throws(ConnectorError) -> Reply<Answer> {
        let body: Data
        do {
            body = try JSONEncoder().encode(message)
        } catch {
            throw .misbehaved(cause: "\(operation) cannot be written as JSON")
        }
        let target = "AWSCognitoIdentityProviderService.\(operation)"
        let response = try await transport.send(
            UpstreamRequest(endpoint, content: .amazonJSON(target: target, Array(body))))
        try response.requireAnswer(from: endpoint)
        guard response.status == 200 else {
            return .rejected(try response.decode(CognitoRejection.self, from: endpoint))
        }
        return .accepted(try response.decode(Answer.self, from: endpoint))
    }
}
