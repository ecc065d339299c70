/// Where a client hears that somebody has logged out, and what it needs to be told (OIDC Back-Channel Logout §2.2).
package struct LogoutChannel: Hashable, Sendable {
    /// An absolute URI on the web, without a fragment.
    package let uri: String
    package let session: SessionDemand

    /// Whether the client can do without the name of the session (`sid`).
    package enum SessionDemand: String, Sendable, CaseIterable {
        case optional
        case required
    }

    /// Why a URI cannot be a client's logout URI.
    package enum Flaw: Error, Sendable, Hashable {
        case redirect(RedirectURI.Flaw)
        /// Not a web address: nothing can be sent to an app's own scheme.
        case notOnTheWeb
    }

    /// Checks `uri`: https, or http on loopback, with neither fragment nor user information.
    package init(_ uri: String, session: SessionDemand) throws(Flaw) {
        do throws(RedirectURI.Flaw) {
            _ = try RedirectURI(registering: uri)
        } catch {
            throw .redirect(error)
        }
        guard WebOrigin(of: uri) != nil else { throw .notOnTheWeb }
        self.uri = uri
        self.session = session
    }

    /// Scheme, host and port of the URI.
    package var origin: String { WebOrigin(of: uri)?.value ?? uri }
}

extension LogoutChannel.Flaw {
    /// What is wrong, for whoever registers the URI.
    package var explanation: String {
        switch self {
        case .redirect(let flaw): flaw.explanation
        case .notOnTheWeb: "must be an https URL, or http on loopback"
        }
    }
}
