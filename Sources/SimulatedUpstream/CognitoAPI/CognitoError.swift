/// A refusal as the user-pool API words it.
struct CognitoError: Error {
    /// `__type` of the answer.
    let type: String
    let message: String

    static func notAuthorized(_ message: String) -> CognitoError {
        CognitoError(type: "NotAuthorizedException", message: message)
    }

    static func invalidParameter(_ message: String) -> CognitoError {
        CognitoError(type: "InvalidParameterException", message: message)
    }

    static func noSuchClient(_ id: String) -> CognitoError {
        CognitoError(type: "ResourceNotFoundException", message: "User pool client \(id) does not exist.")
    }

    static let unknownOperation = CognitoError(type: "UnknownOperationException", message: "Unknown operation")
    static let unreadable = CognitoError(type: "SerializationException", message: "Unable to parse the request")
    static let wrongPassword = notAuthorized("Incorrect username or password.")
    static let reusedRefreshToken = CognitoError(
        type: "RefreshTokenReuseException", message: "Refresh token has been invalidated by rotation")

    init(type: String, message: String) {
        self.type = type
        self.message = message
    }

    init(_ refusal: RefreshRefusal) {
        self =
            switch refusal {
            case .unknown: .notAuthorized("Invalid Refresh Token")
            case .expired: .notAuthorized("Refresh Token has expired")
            case .revoked: .notAuthorized("Refresh Token has been revoked")
            case .reused: .reusedRefreshToken
            }
    }
}
