import HTTPTypes
import Hummingbird
import OAuth

/// An error of the token endpoint (RFC 6749 §5.2).
enum TokenRefusal: String, Error {
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unsupportedGrantType = "unsupported_grant_type"

    func response() throws -> Response {
        switch self {
        case .invalidClient:
            var response = try Response.json(.unauthorized, .object(["error": .string(rawValue)]))
            response.headers[.wwwAuthenticate] = #"Basic realm="SimulatedUpstream""#
            return response
        case .invalidRequest, .invalidGrant, .unsupportedGrantType:
            return try .json(.badRequest, .object(["error": .string(rawValue)]))
        }
    }
}
