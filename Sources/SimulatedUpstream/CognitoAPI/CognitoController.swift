import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import OAuth

/// The part of Cognito's user-pool API that a login front end and a broker use.
struct CognitoController {
    let provider: SimulatedProvider

    /// Answers `POST /`, whichever operation its header names.
    func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 65_536)
        do {
            guard let operation = CognitoOperation(request.headers) else { throw CognitoError.unknownOperation }
            let members =
                switch operation {
                case .initiateAuth: try initiateAuth(decode(body))
                case .getTokensFromRefreshToken: try getTokens(decode(body))
                case .revokeToken: try revokeToken(decode(body))
                case .getUser: try getUser(decode(body))
                }
            return try .amazonJSON(.ok, members)
        } catch let error as CognitoError {
            return try .amazonJSON(.badRequest, ["__type": .string(error.type), "message": .string(error.message)])
        }
    }

    private func decode<Message: Decodable>(_ body: ByteBuffer) throws -> Message {
        guard let message = try? UntrustedJSON.decode(Message.self, from: Data(body.readableBytesView)) else {
            throw CognitoError.unreadable
        }
        return message
    }

    private func initiateAuth(_ message: CognitoMessages.InitiateAuth) throws -> [String: JSONValue] {
        let client = try poolClient(message.clientID)
        let parameters = message.parameters ?? [:]
        switch message.flow {
        case "USER_PASSWORD_AUTH":
            return try logIn(client, parameters)
        case "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN":
            guard case .reusable = client.refreshTokens else {
                throw CognitoError.invalidParameter(
                    "REFRESH_TOKEN_AUTH is not available for a client with refresh token rotation")
            }
            return try refresh(parameters["REFRESH_TOKEN"], client: client) { login in
                try checkSecretHash(parameters["SECRET_HASH"], userName: login.person.userName, client: client)
            }
        case .some(let other):
            throw CognitoError.invalidParameter("Initiate Auth method not supported: \(other)")
        case nil:
            throw CognitoError.invalidParameter("Missing required parameter AuthFlow")
        }
    }

    private func logIn(_ client: SimulatedClient, _ parameters: [String: String]) throws -> [String: JSONValue] {
        guard let userName = parameters["USERNAME"] else {
            throw CognitoError.invalidParameter("Missing required parameter USERNAME")
        }
        guard let password = parameters["PASSWORD"] else {
            throw CognitoError.invalidParameter("Missing required parameter PASSWORD")
        }
        try checkSecretHash(parameters["SECRET_HASH"], userName: userName, client: client)
        guard let person = provider.person(named: userName), person.password == password else {
            throw CognitoError.wrongPassword
        }
        let tokens = try provider.mintTokens(for: person, client: client)
        return result(
            access: tokens.accessToken, identity: tokens.idToken, refresh: tokens.refreshToken,
            expiresIn: tokens.expiresIn)
    }

    private func getTokens(_ message: CognitoMessages.GetTokensFromRefreshToken) throws -> [String: JSONValue] {
        let client = try poolClient(message.clientID)
        try checkSecret(message.clientSecret, client: client)
        return try refresh(message.refreshToken, client: client) { _ in }
    }

    private func refresh(
        _ token: String?, client: SimulatedClient, approve: (Login) throws -> Void
    ) throws -> [String: JSONValue] {
        guard let token else { throw CognitoError.invalidParameter("Missing required parameter REFRESH_TOKEN") }
        do {
            let refreshed = try provider.refresh(token, client: client, approve: approve)
            return result(
                access: refreshed.access, identity: refreshed.identity, refresh: refreshed.successor,
                expiresIn: Int(provider.configuration.accessTokenLifetime))
        } catch let refusal as RefreshRefusal {
            throw CognitoError(refusal)
        }
    }

    private func revokeToken(_ message: CognitoMessages.RevokeToken) throws -> [String: JSONValue] {
        let client = try poolClient(message.clientID)
        try checkSecret(message.clientSecret, client: client)
        guard let token = message.token else {
            throw CognitoError.invalidParameter("Missing required parameter Token")
        }
        provider.revoke(refreshToken: token, client: client)
        return [:]
    }

    private func getUser(_ message: CognitoMessages.GetUser) throws -> [String: JSONValue] {
        guard let token = message.accessToken, let record = provider.withState({ $0.accessTokens[token] }) else {
            throw CognitoError.notAuthorized("Invalid Access Token")
        }
        guard case .active = record.standing else {
            throw CognitoError.notAuthorized("Access Token has been revoked")
        }
        guard record.expiresAt > provider.configuration.clock() else {
            throw CognitoError.notAuthorized("Access Token has expired")
        }
        let person = record.login.person
        var attributes = ["sub": person.subject, "email": person.email, "name": person.name]
        attributes["email_verified"] = person.emailVerification.claim.map { $0 ? "true" : "false" }
        let pairs = attributes.sorted { $0.key < $1.key }.map { name, value in
            JSONValue.object(["Name": .string(name), "Value": .string(value)])
        }
        return ["Username": .string(person.userName), "UserAttributes": .array(pairs)]
    }

    private func result(access: String, identity: String, refresh: String?, expiresIn: Int) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "AccessToken": .string(access), "IdToken": .string(identity), "TokenType": "Bearer",
            "ExpiresIn": .integer(Int64(expiresIn)),
        ]
        members["RefreshToken"] = refresh.map(JSONValue.string)
        return ["AuthenticationResult": .object(members), "ChallengeParameters": .object([:])]
    }

    private func poolClient(_ id: String?) throws -> SimulatedClient {
        guard let id else { throw CognitoError.invalidParameter("Missing required parameter ClientId") }
        guard let client = provider.client(id), case .pool = client.face else { throw CognitoError.noSuchClient(id) }
        return client
    }

    private func checkSecret(_ secret: String?, client: SimulatedClient) throws {
        guard secret == client.secret else {
            throw CognitoError.notAuthorized("Invalid client secret for client \(client.id)")
        }
    }

    private func checkSecretHash(_ hash: String?, userName: String, client: SimulatedClient) throws {
        guard let secret = client.secret else {
            guard hash == nil else {
                throw CognitoError.notAuthorized(
                    "Client \(client.id) is configured without secret but SECRET_HASH was received")
            }
            return
        }
        guard let hash else {
            throw CognitoError.notAuthorized(
                "Client \(client.id) is configured with secret but SECRET_HASH was not received")
        }
        guard hash == CognitoController.secretHash(userName: userName, clientID: client.id, secret: secret) else {
            throw CognitoError.notAuthorized("SecretHash does not match for the client: \(client.id)")
        }
    }

    /// Base64 of HMAC-SHA-256 over user name and client id, keyed with the client secret.
    static func secretHash(userName: String, clientID: String, secret: String) -> String {
        let key = SymmetricKey(data: Array(secret.utf8))
        return Data(HMAC<SHA256>.authenticationCode(for: Array((userName + clientID).utf8), using: key))
            .base64EncodedString()
    }
}

extension Response {
    fileprivate static func amazonJSON(
        _ status: HTTPResponse.Status, _ members: [String: JSONValue]
    ) throws -> Response {
        var response = try Response.json(status, .object(members))
        response.headers[.contentType] = "application/x-amz-json-1.1"
        return response
    }
}
