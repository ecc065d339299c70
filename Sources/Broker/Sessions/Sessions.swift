import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Begins and ends the browser's single sign-on sessions.
package struct Sessions: Sendable {
    private let environment: BrokerEnvironment

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    /// Whether the person wants to stay logged in on this device.
    package enum Memory: Sendable, Hashable {
        case thisVisit
        case remember
    }

    /// A session just begun, and the cookie that carries it.
    struct Beginning: Sendable {
        let session: Session
        let cookie: CookieChange
    }

    /// Begins a session under a new id, ending the browser's old one with it: an id from before the login must not
    /// name a session after it (session fixation).
    func begin(
        for identity: Identity, authenticatedAt: Date, methods: [String], memory: Memory, visit: Visit
    ) async throws -> Beginning {
        let now = environment.clock.now
        let handle = environment.random.handle()
        let lifetime =
            switch memory {
            case .thisVisit: environment.lifetimes.session
            case .remember: environment.lifetimes.rememberedSession
            }
        let login = Login(
            accountID: identity.accountID, provider: identity.provider, subject: identity.subject,
            authenticatedAt: authenticatedAt, methods: methods,
            sessionName: environment.random.bytes(Bits128.self).name)
        let session = Session(
            digest: HandleDigest(of: handle), login: login, createdAt: now, lastSeenAt: now,
            idleLifetime: lifetime.idle, expiresAt: now.addingTimeInterval(Double(lifetime.absolute)))
        let event = AuditEvent(
            .loginSucceeded, at: now, ray: visit.ray, account: identity.accountID, provider: identity.provider,
            address: visit.address)
        try await environment.store.begin(
            session, replacing: visit.session.map(HandleDigest.init(of:)), events: [event])
        let persistence: SessionPersistence =
            switch memory {
            case .thisVisit: .untilBrowserCloses
            case .remember: .seconds(lifetime.absolute)
            }
        return Beginning(session: session, cookie: .beginSession(handle, persistence: persistence))
    }

    /// Ends the browser's session, if it has one.
    package func end(visit: Visit) async throws -> [CookieChange] {
        guard let cookie = visit.session else { return [] }
        let digest = HandleDigest(of: cookie)
        let now = environment.clock.now
        if let session = try await environment.store.session(digest, at: now) {
            let event = AuditEvent(
                .sessionEnded, at: now, ray: visit.ray, account: session.login.accountID,
                provider: session.login.provider, address: visit.address)
            _ = try await environment.store.endSession(digest, events: [event])
        }
        return [.endSession]
    }
}
