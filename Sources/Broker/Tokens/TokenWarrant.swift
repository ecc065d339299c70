import OAuth
import Storage

/// Who may use an access token of a grant: its client, or another one to which it was delegated (RFC 8693 §1.1).
///
/// Asked each time a token is shown, so that a delegation ends with the registration that allowed it.
struct TokenWarrant: Sendable {
    private let store: any Store

    init(_ environment: BrokerEnvironment) {
        store = environment.store
    }

    /// The clients through whose hands the token's right went: that of the grant first, the holder of the token last.
    /// Nil if one of them is gone, no longer lets the next act for it, or has taken the token out of use.
    func holders(of token: PresentedToken.AccessToken, under held: HeldGrant) async throws -> [Client]? {
        guard let owner = held.client else { return nil }
        switch token.holder {
        case .service: return nil
        case .person: return token.client == owner.id ? [owner] : nil
        case .delegate(_, let delegation):
            guard delegation.actors.first == token.client,
                try await !store.isUsed(token.client.digest(ofToken: delegation.tokenID))
            else { return nil }
            var holders = [owner]
            for actor in delegation.actors.reversed() {
                guard let client = try await store.client(actor), client.grantTypes.contains(.tokenExchange),
                    holders.last?.delegates.contains(actor) == true
                else { return nil }
                holders.append(client)
            }
            return holders
        }
    }
}

extension TokenHolder {
    /// The grant with which the token dies; nil for a service's own.
    var grantID: GrantID? {
        switch self {
        case .person(let grant), .delegate(let grant, _): grant
        case .service: nil
        }
    }

    /// Who acts, the holder of the token first; nobody but its owner as a rule.
    var actors: [ClientID] {
        switch self {
        case .person, .service: []
        case .delegate(_, let delegation): delegation.actors
        }
    }
}

extension LoginPolicy {
    /// `person`, whom `grant` names, if policy still lets them through to every one of `clients`.
    func admit(_ person: Person?, of grant: Grant, to clients: [Client]) throws(Denial) -> Person? {
        var admitted: Person?
        for client in clients { admitted = try admit(person, of: grant, to: client) }
        return admitted
    }
}
