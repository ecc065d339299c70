/// The JSON 1.1 messages of the user-pool API; members are spelt as Cognito spells them.
enum CognitoMessages {
    struct InitiateAuth: Decodable {
        let flow: String?
        let clientID: String?
        let parameters: [String: String]?

        enum CodingKeys: String, CodingKey {
            case flow = "AuthFlow"
            case clientID = "ClientId"
            case parameters = "AuthParameters"
        }
    }

    struct GetTokensFromRefreshToken: Decodable {
        let clientID: String?
        let clientSecret: String?
        let refreshToken: String?

        enum CodingKeys: String, CodingKey {
            case clientID = "ClientId"
            case clientSecret = "ClientSecret"
            case refreshToken = "RefreshToken"
        }
    }

    struct RevokeToken: Decodable {
        let clientID: String?
        let clientSecret: String?
        let token: String?

        enum CodingKeys: String, CodingKey {
            case clientID = "ClientId"
            case clientSecret = "ClientSecret"
            case token = "Token"
        }
    }

    struct GetUser: Decodable {
        let accessToken: String?

        enum CodingKeys: String, CodingKey {
            case accessToken = "AccessToken"
        }
    }
}
