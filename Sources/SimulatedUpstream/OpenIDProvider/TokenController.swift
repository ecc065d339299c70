import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import OAuth

/// The token, revocation and userinfo endpoints.
struct TokenController {
    let provider: SimulatedProvider

    /// `POST /oauth2/token`.
    func exchange(_ request: Request) async throws -> Response {
        let form = try await request.form()
        do {
            let client = try ClientCredential(request, form).client(of: provider)
            switch form["grant_type"] {
            case "authorization_code": return try redeem(form, client: client)
            case "refresh_token": return try refresh(form, client: client)
            case .some: throw TokenRefusal.unsupportedGrantType
            case nil: throw TokenRefusal.invalidRequest
            }
        } catch let refusal as TokenRefusal {
            return try refusal.response()
        }
    }

    private func redeem(_ form: FormFields, client: SimulatedClient) throws -> Response {
        guard let code = form["code"] else { throw TokenRefusal.invalidRequest }
        let record = provider.withState { $0.codes.removeValue(forKey: code) }
        guard let record, record.login.client.id == client.id, record.redirectURI == form["redirect_uri"],
            record.expiresAt > provider.configuration.clock(),
            record.challenge == form["code_verifier"].map(TokenController.challenge)
        else { throw TokenRefusal.invalidGrant }
        let tokens = try provider.mintTokens(for: record.login)
        return try answer(
            access: tokens.accessToken, identity: tokens.idToken, refresh: tokens.refreshToken,
            scope: record.login.scope)
    }

    private func refresh(_ form: FormFields, client: SimulatedClient) throws -> Response {
        guard let token = form["refresh_token"] else { throw TokenRefusal.invalidRequest }
        do {
            let refreshed = try provider.refresh(token, client: client) { _ in }
            return try answer(
                access: refreshed.access, identity: refreshed.identity, refresh: refreshed.successor,
                scope: refreshed.scope)
        } catch is RefreshRefusal {
            throw TokenRefusal.invalidGrant
        }
    }

    private func answer(access: String, identity: String, refresh: String?, scope: [String]) throws -> Response {
        var members: [String: JSONValue] = [
            "access_token": .string(access), "id_token": .string(identity), "token_type": "Bearer",
            "expires_in": .integer(Int64(provider.configuration.accessTokenLifetime)),
        ]
        members["refresh_token"] = refresh.map(JSONValue.string)
        members["scope"] = .string(scope.joined(separator: " "))
        return try .json(.ok, .object(members))
    }

    /// S256 (RFC 7636 §4.2).
    private static func challenge(of verifier: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array(verifier.utf8)))
    }

    /// `POST /oauth2/revoke` (RFC 7009); an unknown token is no error.
    func revoke(_ request: Request) async throws -> Response {
        let form = try await request.form()
        do {
            let client = try ClientCredential(request, form).client(of: provider)
            guard let token = form["token"] else { throw TokenRefusal.invalidRequest }
            provider.revoke(refreshToken: token, client: client)
            return Response(status: .ok)
        } catch let refusal as TokenRefusal {
            return try refusal.response()
        }
    }

    /// `GET|POST /oauth2/userInfo`; the pool writes `email_verified` as a string, as Cognito does.
    func userInfo(_ request: Request) throws -> Response {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer "),
            let record = provider.withState({ $0.accessTokens[String(header.dropFirst(7))] }),
            case .active = record.standing, record.expiresAt > provider.configuration.clock()
        else {
            var response = try Response.json(.unauthorized, .object(["error": "invalid_token"]))
            response.headers[.wwwAuthenticate] = #"Bearer error="invalid_token""#
            return response
        }
        let person = record.login.person
        var members: [String: JSONValue] = [
            "sub": .string(person.subject), "email": .string(person.email), "name": .string(person.name),
        ]
        switch record.login.client.face {
        case .pool:
            members["username"] = .string(person.userName)
            members["email_verified"] = person.emailVerification.claim.map { .string($0 ? "true" : "false") }
        case .openID:
            members["preferred_username"] = .string(person.userName)
            members["email_verified"] = person.emailVerification.claim.map(JSONValue.bool)
        }
        return try .json(.ok, .object(members))
    }
}
