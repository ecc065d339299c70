package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One client to be told that somebody has logged out (OIDC Back-Channel Logout §2), kept until it has been told.
package struct LogoutNotice: Hashable, Sendable {
    package let id: Int
    package let clientID: ClientID
    package let accountID: AccountID
    /// The session that has ended; nil if all the client knows of the account have.
    package let sessionName: String?
    package let endedAt: Date
    /// The request that ended it.
    package let ray: RayID?
    /// Scheme, host and port of the address it goes to, as they stood then: what shares them shares a queue.
    package let host: String
    /// Which claim of the notice this is, from 1: an outcome counts only for the newest.
    package let attempt: Int

    package init(
        id: Int, clientID: ClientID, accountID: AccountID, sessionName: String?, endedAt: Date, ray: RayID?,
        host: String, attempt: Int
    ) {
        self.id = id
        self.clientID = clientID
        self.accountID = accountID
        self.sessionName = sessionName
        self.endedAt = endedAt
        self.ray = ray
        self.host = host
        self.attempt = attempt
    }
}

/// Which notices one node takes on.
package struct NoticeClaim: Hashable, Sendable {
    package let now: Date
    /// Until when nobody else takes them; what has not been settled by then is due again.
    package let lease: Date
    /// Most notices taken.
    package let limit: Int
    /// Most notices of one host that this node has under way.
    package let perHost: Int
    /// How many of each host it has under way already.
    package let underWay: [String: Int]

    package init(at now: Date, until lease: Date, limit: Int, perHost: Int, underWay: [String: Int] = [:]) {
        self.now = now
        self.lease = lease
        self.limit = limit
        self.perHost = perHost
        self.underWay = underWay
    }

    /// How many more of `host` may be taken.
    package func room(at host: String) -> Int { max(0, perHost - underWay[host, default: 0]) }
}

/// A session that has just ended, and who took part in it.
package struct EndedSession: Hashable, Sendable {
    package let session: Session
    /// The clients that were granted something in it, by id.
    package let clients: [ClientID]

    package init(session: Session, clients: [ClientID]) {
        self.session = session
        self.clients = clients
    }
}
