import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a presented code is held against (RFC 6749 §4.1.3, RFC 7636 §4.6). Pure, because it runs inside the transaction.
struct CodeRule: Sendable {
    let client: ClientID
    let redirectURI: String
    let verifier: TokenRequest.Verifier
    /// The resources for which the client wants its first access token.
    let resources: [ResourceIndicator]
    let now: Date
    /// When the grant ends, unless it is refreshed.
    let grantEnd: Date

    /// The grant the code becomes, or why it does not.
    func judge(_ code: IssuedCode) -> Result<Grant, OAuthError> {
        guard code.clientID == client else {
            return refuse("The code was issued to another client.")
        }
        // Byte by byte: Swift's == takes some letters beyond ASCII for equal to those in it.
        guard code.redirect.value.utf8.span.constantTimeEquals(redirectURI.utf8.span) else {
            return refuse("redirect_uri is not the one of the authorization request.")
        }
        switch verifier {
        case .absent: return refuse("code_verifier is missing.")
        case .malformed: return refuse("code_verifier does not answer the challenge.")
        case .presented(let verifier):
            guard code.challenge.isAnswered(by: verifier) else {
                return refuse("code_verifier does not answer the challenge.")
            }
        }
        guard resources.allSatisfy(code.resources.contains) else {
            return .failure(.resourceNotGranted)
        }
        return .success(
            Grant(
                id: code.grantID, clientID: code.clientID, scope: code.scope, claims: code.claims,
                resources: code.resources, login: code.login, createdAt: now, expiresAt: grantEnd))
    }

    private func refuse(_ description: StaticString) -> Result<Grant, OAuthError> {
        .failure(OAuthError(.invalidGrant, description))
    }
}

extension OAuthError {
    /// Which resources there are tokens for was decided when the person agreed (RFC 8707 §2.2).
    static let resourceNotGranted = OAuthError(
        .invalidTarget, "The authorization request did not name one of these resources.")
}
