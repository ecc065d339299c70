import HTTPTypes
import Hummingbird
import OAuth

/// An OAuth error as JSON (RFC 6749 §5.2), with the Ray ID so that a developer can ask the operator about it.
struct OAuthErrorResponse: Encodable {
    let error: OAuthError
    let ray: RayID

    private enum CodingKeys: String, CodingKey {
        case error
        case description = "error_description"
        case ray = "ray_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(error.code, forKey: .error)
        try container.encode(error.description, forKey: .description)
        try container.encode(ray.description, forKey: .ray)
    }

    /// The answer, with `WWW-Authenticate` where the status asks for it.
    func response() throws -> Response {
        var response = try Response.json(self, status: error.status)
        switch error.code {
        case .invalidClient:
            response.headers[.wwwAuthenticate] = #"Basic realm="drawbridge", charset="UTF-8""#
        case .invalidToken, .insufficientScope:
            response.headers[.wwwAuthenticate] =
                #"Bearer realm="drawbridge", error="\#(error.code.rawValue)", "#
                + #"error_description="\#(error.description)""#
        case .temporarilyUnavailable:
            response.headers[.retryAfter] = "5"
        case .invalidRequest, .unauthorizedClient, .accessDenied, .unsupportedResponseType, .invalidScope,
            .serverError, .invalidGrant, .unsupportedGrantType, .unsupportedTokenType, .invalidTarget, .loginRequired,
            .consentRequired, .interactionRequired, .unmetAuthenticationRequirements, .invalidRedirectURI,
            .invalidClientMetadata, .unapprovedSoftwareStatement, .requestNotSupported, .requestURINotSupported,
            .authorizationPending, .slowDown, .expiredToken:
            break
        }
        return response
    }
}

extension OAuthError {
    /// RFC 6749 §5.2, RFC 6750 §3.1.
    var status: HTTPResponse.Status {
        switch code {
        case .invalidClient, .invalidToken: .unauthorized
        case .accessDenied, .insufficientScope: .forbidden
        case .serverError: .internalServerError
        case .temporarilyUnavailable: .serviceUnavailable
        case .invalidRequest, .unauthorizedClient, .unsupportedResponseType, .invalidScope, .invalidGrant,
            .unsupportedGrantType, .unsupportedTokenType, .invalidTarget, .loginRequired, .consentRequired,
            .interactionRequired, .unmetAuthenticationRequirements, .invalidRedirectURI, .invalidClientMetadata,
            .unapprovedSoftwareStatement, .requestNotSupported, .requestURINotSupported, .authorizationPending,
            .slowDown, .expiredToken:
            .badRequest
        }
    }
}
