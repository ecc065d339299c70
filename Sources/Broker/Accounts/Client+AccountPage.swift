import OAuth
import Storage

extension Client {
    /// The account page as the client that logins for it are made for: it goes the way of all others, up to the code.
    ///
    /// A registered client cannot have this id, and no request from outside can name it: ids do not begin with a dot.
    static func accountPage(of issuer: Issuer) throws(RedirectURI.Flaw) -> Client {
        Client(
            id: .accountPage, name: issuer.origin.host,
            redirectURIs: [try RedirectURI(registering: "\(issuer)/account")],
            authentication: .publicClient, grantTypes: [], consent: .firstParty)
    }

    var isAccountPage: Bool { id == .accountPage }
}

extension ClientID {
    /// The broker's own account page.
    static let accountPage = ClientID(rawValue: ".account")
}

extension BrokerEnvironment {
    /// The client that `request` was made for; nil if it is no longer registered.
    func client(of request: AuthorizationRequest) async throws -> Client? {
        guard request.clientID == .accountPage else { return try await store.client(request.clientID) }
        return try Client.accountPage(of: issuer)
    }
}
