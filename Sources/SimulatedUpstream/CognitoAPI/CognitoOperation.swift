import HTTPTypes
import Hummingbird

/// An operation of the user-pool API, named by the header `X-Amz-Target`.
enum CognitoOperation: String {
    case initiateAuth = "InitiateAuth"
    case getTokensFromRefreshToken = "GetTokensFromRefreshToken"
    case revokeToken = "RevokeToken"
    case getUser = "GetUser"

    private static let service = "AWSCognitoIdentityProviderService."

    init?(_ headers: HTTPFields) {
        let target = headers.first { $0.name.canonicalName == "x-amz-target" }?.value
        guard let target, target.hasPrefix(CognitoOperation.service) else { return nil }
        self.init(rawValue: String(target.dropFirst(CognitoOperation.service.count)))
    }

    var endpoint: Endpoint {
        switch self {
        case .initiateAuth: .initiateAuth
        case .getTokensFromRefreshToken: .getTokensFromRefreshToken
        case .revokeToken: .revokeToken
        case .getUser: .getUser
        }
    }
}
