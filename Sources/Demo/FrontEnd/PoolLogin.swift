import FoundationEssentials

/// Password logins at the pool, through its real API.
struct PoolLogin: Sendable {
    let api: String
    let clientID: String
    let http: OutboundHTTP

    /// How a login ended.
    enum Outcome: Sendable {
        case loggedIn(PoolTokens)
        case wrongPassword
        /// The pool did not answer, or not in a way this page understands.
        case unavailable
    }

    /// Asks the pool (`InitiateAuth` with `USER_PASSWORD_AUTH`).
    func logIn(userName: String, password: String) async -> Outcome {
        let message = InitiateAuth(
            authFlow: "USER_PASSWORD_AUTH", clientID: clientID,
            authParameters: ["USERNAME": userName, "PASSWORD": password])
        let headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth"),
        ]
        guard let answer = try? await http.post(json: message, to: api, headers: headers) else { return .unavailable }
        if answer.status == 200, let success = try? answer.decoded(as: Success.self) {
            return .loggedIn(success.authenticationResult)
        }
        switch try? answer.decoded(as: Failure.self).type {
        case "NotAuthorizedException", "UserNotFoundException": return .wrongPassword
        case .some, nil: return .unavailable
        }
    }

    private struct InitiateAuth: Encodable {
        let authFlow: String
        let clientID: String
        let authParameters: [String: String]

        enum CodingKeys: String, CodingKey {
            case authFlow = "AuthFlow"
            case clientID = "ClientId"
            case authParameters = "AuthParameters"
        }
    }

    private struct Success: Decodable {
        let authenticationResult: PoolTokens

        enum CodingKeys: String, CodingKey {
            case authenticationResult = "AuthenticationResult"
        }
    }

    private struct Failure: Decodable {
        let type: String

        enum CodingKeys: String, CodingKey {
            case type = "__type"
        }
    }
}

/// What the pool hands out for a password.
struct PoolTokens: Decodable, Sendable {
    let accessToken: String
    let idToken: String
    let refreshToken: String

    enum CodingKeys: String, CodingKey {
        case accessToken = "AccessToken"
        case idToken = "IdToken"
        case refreshToken = "RefreshToken"
    }
}
