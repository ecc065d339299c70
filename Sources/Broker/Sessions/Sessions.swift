import OAuth
package import Storage

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

    /// A session, and the cookie that carries it.
    struct Beginning: Sendable {
        let session: Session
        let cookie: CookieChange
        fileprivate let event: AuditEvent
        /// The provider's own name of its session, if it told one.
        fileprivate let upstreamSession: String?
    }

    /// A session just ended, if there was one, and what changes in the browser with it.
    package struct Ending: Sendable {
        package let ended: EndedSession?
        package let cookies: [CookieChange]
    }

    /// Begins a session of `identity` at once.
    func begin(
        for identity: Identity, towards client: ClientID, authenticatedAt: Date, methods: [String],
        contextClass: String?, memory: Memory, visit: Visit
    ) async throws -> Beginning {
        let beginning = try await prepare(
            for: identity, towards: client, authenticatedAt: authenticatedAt, methods: methods,
            contextClass: contextClass, memory: memory, visit: visit)
        try await begin(beginning, visit: visit)
        return beginning
    }

    /// Begins a prepared session, ending the browser's old one with it: an id from before the login must not name a
    /// session after it (session fixation).
    func begin(_ beginning: Beginning, visit: Visit) async throws {
        let session = beginning.session
        try await remember(beginning.upstreamSession, session.login, at: session.createdAt)
        do {
            try await environment.store.begin(
                session, replacing: visit.session.map(HandleDigest.init(of:)), events: [beginning.event])
        } catch StoreError.conflict {
            throw Refusal.loginNotFinished
        }
    }

    /// A session under a new id that counts once it is begun.
    ///
    /// Where the browser's old one is the same person's, its public name goes on: to the clients it is one session (OIDC
    /// Back-Channel Logout §2.1), and its logout is to reach those from before as well.
    func prepare(
        for identity: Identity, towards client: ClientID, authenticatedAt: Date, methods: [String],
        contextClass: String?, memory: Memory, idToken: Secret? = nil, upstreamSession: String? = nil, visit: Visit
    ) async throws -> Beginning {
        let now = environment.clock.now
        let earlier = try await current(visit)?.login
        let handle = environment.random.handle()
        let lifetime =
            switch memory {
            case .thisVisit: environment.lifetimes.session
            case .remember: environment.lifetimes.rememberedSession
            }
        let login = Login(
            accountID: identity.accountID, provider: identity.provider, subject: identity.subject,
            authenticatedAt: authenticatedAt, methods: methods,
            sessionName: earlier?.accountID == identity.accountID
                ? earlier?.sessionName : environment.random.bytes(Bits128.self).name,
            contextClass: contextClass)
        let session = Session(
            digest: HandleDigest(of: handle), login: login, createdAt: now, lastSeenAt: now,
            idleLifetime: lifetime.idle, expiresAt: now.addingTimeInterval(Double(lifetime.absolute)),
            sealedIDToken: try seal(idToken, for: identity.accountID))
        let event = AuditEvent(
            .loginSucceeded, at: now, ray: visit.ray, account: identity.accountID, client: client,
            provider: identity.provider, address: visit.address)
        let persistence: SessionPersistence =
            switch memory {
            case .thisVisit: .untilBrowserCloses
            case .remember: .seconds(lifetime.absolute)
            }
        return Beginning(
            session: session, cookie: .beginSession(handle, persistence: persistence), event: event,
            upstreamSession: upstreamSession)
    }

    /// Before the session begins: one whose provider's session is not known here could not be ended from there.
    private func remember(_ upstream: String?, _ login: Login, at now: Date) async throws {
        guard let upstream, let name = login.sessionName else { return }
        try await environment.store.remember(
            UpstreamSession(
                provider: login.provider, name: upstream, subject: login.subject, accountID: login.accountID,
                sessionName: name, expiresAt: now.addingTimeInterval(Double(environment.lifetimes.grant))))
    }

    /// Longest ID token that is kept, in bytes: it has to travel in the address of the provider's logout.
    private static let longestIDToken = 6144

    private func seal(_ idToken: Secret?, for account: AccountID) throws -> String? {
        guard let idToken, idToken.reveal().utf8.count <= Self.longestIDToken else { return nil }
        return try environment.keyRing.sealJSON(
            idToken, as: .upstreamIDToken, for: account.rawValue, salt: environment.random.salt()
        ).text
    }

    /// The provider's ID token that was kept with `session`.
    func idToken(of session: Session) -> Secret? {
        guard let sealed = session.sealedIDToken,
            let opened = try? environment.keyRing.openJSON(sealed, as: .upstreamIDToken, into: Secret.self),
            opened.context == session.login.accountID.rawValue
        else { return nil }
        return opened.value
    }

    /// The browser's session, if it has one that still counts.
    func current(_ visit: Visit) async throws -> Session? {
        guard let cookie = visit.session else { return nil }
        return try await environment.store.session(HandleDigest(of: cookie), at: environment.clock.now)
    }

    /// Ends the browser's session, if it has one, with the grants that began in it, and has its clients told.
    package func end(visit: Visit) async throws -> Ending {
        guard let cookie = visit.session else { return Ending(ended: nil, cookies: []) }
        let digest = HandleDigest(of: cookie)
        let now = environment.clock.now
        var ended: EndedSession?
        if let session = try await current(visit) {
            let event = AuditEvent(
                .sessionEnded, at: now, ray: visit.ray, account: session.login.accountID,
                provider: session.login.provider, address: visit.address)
            ended = try await environment.store.endSession(digest, event: event)
        }
        return Ending(ended: ended, cookies: [.endSession])
    }
}
