package import OAuth
import Storage

/// `/oauth2/logout`: ends the browser's session (OIDC RP-Initiated Logout §2).
package struct LogoutFlow: Sendable {
    private let environment: BrokerEnvironment
    private let sessions: Sessions

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        sessions = Sessions(environment)
    }

    /// What the client asked for.
    package struct Request: Sendable {
        package let clientID: ClientID?
        package let postLogoutRedirectURI: String?
        package let state: String?

        package init(clientID: ClientID?, postLogoutRedirectURI: String?, state: String?) {
            self.clientID = clientID
            self.postLogoutRedirectURI = postLogoutRedirectURI
            self.state = state
        }
    }

    /// Where the browser goes afterwards.
    package enum Destination: Sendable {
        /// To a URI registered for this very client.
        case client(String)
        case page
    }

    /// The end of a session.
    package struct Outcome: Sendable {
        package let destination: Destination
        package let cookies: [CookieChange]
    }

    /// Ends the session, and returns to the client only where the URI is registered character by character.
    package func logOut(_ request: Request, visit: Visit) async throws -> Outcome {
        let cookies = try await sessions.end(visit: visit)
        guard let id = request.clientID, let uri = request.postLogoutRedirectURI,
            let client = try await environment.store.client(id),
            client.postLogoutRedirectURIs.contains(where: { $0.utf8.elementsEqual(uri.utf8) })
        else { return Outcome(destination: .page, cookies: cookies) }
        guard let state = request.state else { return Outcome(destination: .client(uri), cookies: cookies) }
        let separator = uri.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        let location = uri + separator + FormEncoding.encode([("state", state)])
        return Outcome(destination: .client(location), cookies: cookies)
    }
}
