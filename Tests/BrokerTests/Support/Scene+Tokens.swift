import Broker
import BrokerTesting
import Foundation
import OAuth
import Testing

extension Scene {
    /// A request to the token endpoint; confidential clients send their secret in the form.
    func tokens(_ fields: [(name: String, value: String)], as client: Client) async throws -> TokenResponse {
        var fields = fields + [("client_id", client.id.rawValue)]
        if !client.isPublic { fields.append(("client_secret", BrokerFixture.secret(of: client.id).reveal())) }
        return try await tokens(fields)
    }

    func tokens(
        _ fields: [(name: String, value: String)], authorization: String? = nil
    ) async throws -> TokenResponse {
        try await tokenFlow.answer(
            try FormParameters(decoding: FormEncoding.encode(fields).utf8), authorization: authorization,
            visit: browser().visit)
    }

    /// The form that redeems `code`, to be changed field by field.
    func redemption(of code: Secret, as client: Client) -> [(name: String, value: String)] {
        [
            ("grant_type", "authorization_code"), ("code", code.reveal()),
            ("redirect_uri", client.redirectURIs.first?.value ?? ""),
            ("code_verifier", Fixtures.verifier.secret.reveal()),
        ]
    }

    func redeem(_ code: Secret, as client: Client) async throws -> TokenResponse {
        try await tokens(redemption(of: code, as: client), as: client)
    }

    func refresh(_ token: Secret, as client: Client, scope: String? = nil) async throws -> TokenResponse {
        var fields = [(name: "grant_type", value: "refresh_token"), ("refresh_token", token.reveal())]
        if let scope { fields.append(("scope", scope)) }
        return try await tokens(fields, as: client)
    }

    /// The form of `client` about `token`; confidential clients send their secret in it.
    private func form(about token: Secret, as client: Client) throws -> FormParameters {
        var fields = [(name: "token", value: token.reveal()), ("client_id", client.id.rawValue)]
        if !client.isPublic { fields.append(("client_secret", BrokerFixture.secret(of: client.id).reveal())) }
        return try FormParameters(decoding: FormEncoding.encode(fields).utf8)
    }

    func revoke(_ token: Secret, as client: Client) async throws {
        try await RevocationFlow(environment).revoke(
            try form(about: token, as: client), authorization: nil, visit: browser().visit)
    }

    /// What the introspection endpoint answers `client`, whose registration lets it ask.
    func introspect(_ token: Secret, as client: Client) async throws -> IntrospectionResponse {
        let answer = try await IntrospectionFlow(environment).introspect(
            try form(about: token, as: client), authorization: nil, form: .plain, visit: browser().visit)
        guard case .plain(let response) = answer else { throw UnexpectedStep(found: "a signed answer") }
        return response
    }

    /// The same, signed.
    func signedIntrospection(of token: Secret, as client: Client) async throws -> Secret {
        let answer = try await IntrospectionFlow(environment).introspect(
            try form(about: token, as: client), authorization: nil, form: .signed, visit: browser().visit)
        guard case .signed(let response) = answer else { throw UnexpectedStep(found: "an unsigned answer") }
        return response
    }

    func userInfo(_ token: Secret) async throws -> PersonClaims {
        let bearer = try #require(BearerToken(authorization: "Bearer \(token.reveal())"))
        return try await UserInfoFlow(environment).claims(for: bearer, visit: browser().visit)
    }

    /// The error with which the token endpoint or userinfo refuses.
    func refusal(_ request: () async throws -> some Sendable) async -> OAuthError.Code? {
        do {
            _ = try await request()
            return nil
        } catch let error as OAuthError {
            return error.code
        } catch {
            Issue.record("Refused by \(error), which is no OAuth error.")
            return nil
        }
    }
}

/// The claims of a JWT, unverified.
func claims(of token: Secret?) throws -> [String: JSONValue] {
    let parts = try #require(token).reveal().split(separator: ".")
    let payload = try #require(parts.count == 3 ? Base64URL.decode(parts[1]) : nil)
    return try JSONDecoder().decode([String: JSONValue].self, from: Data(payload))
}
