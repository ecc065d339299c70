package import OAuth
import Storage

/// `GET /oauth2/info`: what a login front end may show of a request.
package struct RequestInfo: Sendable, Encodable {
    package let clientID: ClientID
    package let clientName: String
    package let logoURI: String?
    package let scopes: [String]
    /// What the client asks of the login itself (OIDC Core §3.1.2.1): a front end that answers from a session of its
    /// own has to heed it, or `/oauth2/continue` answers the client with `login_required`.
    package let prompt: String?
    package let maximumAge: Int?
    /// Of which class the login is to be, the most wanted first; nil where any will do.
    package let contextClasses: [String]?
    /// True where the person has been verified since they logged in: tokens made before that do not say so yet.
    package let freshClaims: Bool?

    private enum CodingKeys: String, CodingKey {
        case clientID = "client_id"
        case clientName = "client_name"
        case logoURI = "logo_uri"
        case scopes
        case prompt
        case maximumAge = "max_age"
        case contextClasses = "acr_values"
        case freshClaims = "fresh_claims"
    }
}

extension AuthorizationFlow {
    /// Describes the request behind a payload. Needs no cookie: it tells nothing that the client's own page does not.
    package func info(_ payloadText: String) async throws -> RequestInfo {
        let payload: AuthorizationPayload
        do {
            payload = try await payloads.open(payloadText)
        } catch is Refusal {
            throw OAuthError(.invalidRequest, "The payload is not valid or has expired.")
        }
        let request = payload.request
        guard let client = try await environment.store.client(request.clientID) else {
            throw OAuthError(.invalidRequest, "The client of this payload no longer exists.")
        }
        return RequestInfo(
            clientID: client.id, clientName: client.name, logoURI: client.logoURI, scopes: request.scope.tokens,
            prompt: request.prompt.wireValue, maximumAge: request.maximumAge,
            contextClasses: request.context?.values, freshClaims: payload.verification.map { _ in true })
    }
}
