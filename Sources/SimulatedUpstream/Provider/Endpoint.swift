import HTTPTypes
import Hummingbird

/// One thing that can be asked of the simulated provider; requests are counted, and answers spoilt, by endpoint.
package enum Endpoint: Hashable, Sendable, CaseIterable {
    case initiateAuth, getTokensFromRefreshToken, revokeToken, getUser
    case poolKeys, poolDiscovery
    case authorize, login, token, userInfo, revocation, logout, keys, discovery
    case gitHubAuthorize, gitHubSession, gitHubToken
    case gitHubUser, gitHubAddresses, gitHubOrganizations, gitHubTeams, gitHubApplication

    /// The endpoint that `request` is for; `nil` where there is none.
    init?(_ request: Request, poolID: String) {
        if request.method == .post, request.uri.path == "/" {
            guard let operation = CognitoOperation(request.headers) else { return nil }
            self = operation.endpoint
            return
        }
        if request.uri.path.hasPrefix("/api/v3/applications/") {
            self = .gitHubApplication
            return
        }
        let found = Endpoint.allCases.first { $0.path(poolID: poolID) == request.uri.path }
        guard let found else { return nil }
        self = found
    }

    /// Where the endpoint is, below the base URL.
    package func path(poolID: String) -> String {
        switch self {
        case .initiateAuth, .getTokensFromRefreshToken, .revokeToken, .getUser: "/"
        case .poolKeys: "/\(poolID)/.well-known/jwks.json"
        case .poolDiscovery: "/\(poolID)/.well-known/openid-configuration"
        case .authorize: "/oauth2/authorize"
        case .login: "/login"
        case .token: "/oauth2/token"
        case .userInfo: "/oauth2/userInfo"
        case .revocation: "/oauth2/revoke"
        case .logout: "/logout"
        case .keys: "/.well-known/jwks.json"
        case .discovery: "/.well-known/openid-configuration"
        case .gitHubAuthorize: "/login/oauth/authorize"
        case .gitHubSession: "/session"
        case .gitHubToken: "/login/oauth/access_token"
        case .gitHubUser: "/api/v3/user"
        case .gitHubAddresses: "/api/v3/user/emails"
        case .gitHubOrganizations: "/api/v3/user/orgs"
        case .gitHubTeams: "/api/v3/user/teams"
        case .gitHubApplication: "/api/v3/applications/{client_id}/token"
        }
    }
}
