import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// A session takes along the grants that began in it, but for those that may outlive it, and no others.
    package func endingASessionEndsItsGrants() async throws {
        let store = try await inhabitedStore()
        let session = Session.sample("s")
        try await store.begin(session, replacing: nil, events: [])
        let ending = try await store.grant(.logout("a", session: "sid-s"))
        let lasting = try await store.grant(.logout("b", session: "sid-s", scope: ["openid", "offline_access"]))
        let elsewhere = try await store.grant(.logout("c", session: "sid-t"))
        let bridged = try await store.grant(.logout("d", session: nil))
        let stranger = try await store.grant(.logout("e", person: .boris, session: "sid-s"))

        let event = AuditEvent.sample(.sessionEnded, at: Fixtures.noon(plus: 5))
        let ended = try #require(try await store.endSession(session.digest, event: event))
        #expect(ended.session == session)
        #expect(ended.clients.map(\.rawValue) == ["transport"])
        #expect(try await store.grant(ending.id)?.status == .revoked(at: Fixtures.noon(plus: 5)))
        for grant in [lasting, elsewhere, bridged, stranger] { #expect(try await store.grant(grant.id) == grant) }
        let trail = try await store.events(matching: AuditFilter(kind: .grantRevoked))
        #expect(trail.map(\.grant) == [ending.id])
        #expect(trail.first?.client?.rawValue == "transport" && trail.first?.reason == "session_ended")
        #expect(trail.first?.ray == event.ray && trail.first?.address == event.address)
    }

    /// A code that is under way when its session is ended comes to nothing, and can be tried once.
    package func anEndedSessionBurnsItsCodes() async throws {
        let store = try await inhabitedStore()
        try await store.begin(.sample("s"), replacing: nil, events: [])
        try await store.begin(.sample("t", person: .boris), replacing: nil, events: [])
        let code = IssuedCode.logout("a", session: "sid-s", scope: ["openid", "offline_access"])
        let other = IssuedCode.logout("b", person: .boris, session: "sid-t")
        for code in [code, other] {
            #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        }
        _ = try await store.endSession(Fixtures.digest("s"), event: .sample(.sessionEnded))
        guard case .sessionEnded(let burnt) = try await store.redeem(code) else {
            Issue.record("A code of an ended session was not refused as such.")
            return
        }
        #expect(burnt.grantID == code.grantID)
        #expect(try await store.grant(code.grantID) == nil)
        #expect(try await store.redeem(code).replayed != nil)
        #expect(try await store.redeem(other).granted != nil)
        let hour = Fixtures.noon(plus: 3600)
        #expect(try await store.sweep(expiredBefore: hour.addingTimeInterval(-1), limit: 10) == 3, "Codes, session.")
        #expect(try await store.sweep(expiredBefore: hour, limit: 10) == 2, "A grant, and the mark.")
    }

    /// Every client that took part in a session hears of its end, whatever became of its grant, and only if it wants to.
    package func aSessionsClientsAreTold() async throws {
        let store = try await inhabitedStore()
        try await store.begin(.sample("s"), replacing: nil, events: [])
        _ = try await store.grant(.logout("a", session: "sid-s"))
        let second = try await store.grant(.logout("b", session: "sid-s"))
        #expect(try await store.revokeGrant(second.id, at: Fixtures.noon, events: []))
        _ = try await store.grant(.logout("c", client: "parking", session: "sid-s"))
        _ = try await store.grant(.logout("d", session: "sid-t"))
        #expect(try await store.nextNoticeDue() == nil)

        let event = AuditEvent.sample(.sessionEnded, at: Fixtures.noon(plus: 5))
        let ended = try await store.endSession(Fixtures.digest("s"), event: event)
        #expect(ended?.clients.map(\.rawValue) == ["parking", "transport"])
        #expect(try await store.nextNoticeDue() == Fixtures.noon(plus: 5))
        let notice = try #require(try await store.claimAll(at: 5).first)
        #expect(
            notice
                == LogoutNotice(
                    id: notice.id, clientID: ClientID(rawValue: "transport"),
                    accountID: SamplePerson.anna.accountID, sessionName: "sid-s", endedAt: Fixtures.noon(plus: 5),
                    ray: event.ray, host: "https://transport.city.example", attempt: 1))
        #expect(try await store.claimAll(at: 5).isEmpty, "One notice, for parking wants to hear of nothing.")
    }

    /// When everything of an account ends, a client hears so once; one that has to know the session hears of each.
    package func anAccountsClientsAreTold() async throws {
        let store = try await inhabitedStore()
        var portal = try Client.portal
        portal.backChannelLogout = try LogoutChannel("http://127.0.0.1:8123/bye?x=1", session: .optional)
        try await store.insert(portal, event: .sample(.clientCreated))
        for (number, client) in ["transport", "portal"].enumerated() {
            for session in ["sid-s", "sid-t", nil] {
                _ = try await store.grant(
                    .logout("\(number)-\(session ?? "none")", client: client, session: session))
            }
        }
        let over = try await store.grant(.logout("over", session: "sid-over"))
        #expect(try await store.revokeGrant(over.id, at: Fixtures.noon, events: []))
        _ = try await store.grant(.logout("stranger", person: .boris, session: "sid-b"))

        let event = AuditEvent.sample(.accountChanged, at: Fixtures.noon(plus: 1))
        try await store.setStatus(.disabled, of: SamplePerson.anna.accountID, event: event)
        let notices = try await store.claimAll(at: 1)
        #expect(notices.allSatisfy { $0.accountID == SamplePerson.anna.accountID })
        #expect(
            Set(notices.map { "\($0.clientID) \($0.sessionName ?? "all")" })
                == ["portal all", "transport all", "transport sid-s", "transport sid-t"])
        #expect(notices.count == 4)
        #expect(notices.first { $0.clientID == portal.id }?.host == "http://127.0.0.1:8123")
    }

    /// Signing out everywhere leaves nothing that still works, but the account as it was.
    package func signingOutEndsEverything() async throws {
        let store = try await inhabitedStore()
        let grant = try await store.grant(.logout("a", session: "sid-s", scope: ["openid", "offline_access"]))
        let bridged = try await store.grant(.logout("b", session: nil))
        let stranger = try await store.grant(.logout("c", person: .boris, session: "sid-b"))
        let code = IssuedCode.logout("d", session: "sid-s")
        #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        for label in ["s", "t"] { try await store.begin(.sample(label), replacing: nil, events: []) }
        let event = AuditEvent.sample(.accountSignedOut, at: Fixtures.noon(plus: 5))
        try await store.signOut(SamplePerson.anna.accountID, event: event)

        for ended in [grant, bridged] {
            #expect(try await store.grant(ended.id)?.status == .revoked(at: Fixtures.noon(plus: 5)))
        }
        #expect(try await store.grant(stranger.id) == stranger)
        #expect(try await store.redeem(code).granted == nil)
        for label in ["s", "t"] {
            #expect(try await store.session(Fixtures.digest(label), at: Fixtures.noon) == nil)
        }
        #expect(try await store.account(SamplePerson.anna.accountID)?.status == .active)
        #expect(Set(try await store.claimAll(at: 5).map(\.sessionName)) == ["sid-s", nil])
        #expect(try await store.events(matching: AuditFilter(kind: .accountSignedOut)) == [event])
        await #expect(throws: StoreError.notFound) {
            try await store.signOut(AccountID(rawValue: "nobody"), event: event)
        }
    }

    /// Taking an identity away ends what came of it, session by session: what began another way goes on.
    package func anIdentitysClientsAreTold() async throws {
        let store = try await inhabitedStore()
        let google = SamplePerson.anna.identity(at: ProviderID(rawValue: "google"))
        #expect(try await store.link(google, from: nil, event: .sample(.identityLinked)) == .linked)
        _ = try await store.grant(.logout("a", session: "sid-s"))
        let other = try await store.grant(.logout("b", session: "sid-t", provider: google.provider))
        let pool = SamplePerson.anna.identity()
        #expect(
            try await store.unlink(
                provider: pool.provider, subject: pool.subject, from: pool.accountID,
                event: .sample(.identityUnlinked)))
        #expect(try await store.claimAll(at: 0).map(\.sessionName) == ["sid-s"])
        #expect(try await store.grant(other.id) == other)
    }

    /// A claimed notice is one node's until its lease is over, and then only the newest claim counts.
    package func noticesAreLeased() async throws {
        let store = try await inhabitedStore()
        try await store.leaveNotices(1)
        let first = try #require(try await store.claimAll(at: 0, lease: 60).first)
        #expect(try await store.claimAll(at: 59.999, lease: 60).isEmpty)
        #expect(try await store.nextNoticeDue() == Fixtures.noon(plus: 60))
        let second = try #require(try await store.claimAll(at: 60, lease: 60).first)
        #expect(second.id == first.id && second.attempt == 2)

        #expect(try await !store.settle(first, events: [.sample(.logoutDelivered)]))
        #expect(try await !store.postpone(first, until: Fixtures.noon(plus: 61)))
        #expect(try await store.nextNoticeDue() == Fixtures.noon(plus: 120))
        #expect(try await store.postpone(second, until: Fixtures.noon(plus: 90)))
        let third = try #require(try await store.claimAll(at: 90, lease: 60).first)
        #expect(try await store.settle(third, events: [.sample(.logoutDelivered)]))
        #expect(try await !store.settle(third, events: [.sample(.logoutDelivered)]))
        #expect(try await store.nextNoticeDue() == nil)
        #expect(try await store.events(matching: AuditFilter(kind: .logoutDelivered)).count == 1)
    }

    /// A host whose notices pile up leaves room for the others.
    package func noticesAreClaimedFairly() async throws {
        let store = try await inhabitedStore()
        try await store.leaveNotices(20)
        var portal = try Client.portal
        portal.backChannelLogout = try LogoutChannel("https://portal.city.example/bye", session: .required)
        try await store.insert(portal, event: .sample(.clientCreated))
        try await store.leaveNotices(2, client: "portal", at: 1)

        func hosts(_ limit: Int, _ underWay: [String: Int]) async throws -> [String: Int] {
            let claim = NoticeClaim(
                at: Fixtures.noon(plus: 2), until: Fixtures.noon(plus: 60), limit: limit, perHost: 4,
                underWay: underWay)
            return try await store.claimNotices(claim).reduce(into: [:]) { $0[$1.clientID.rawValue, default: 0] += 1 }
        }
        let transport = "https://transport.city.example"
        #expect(try await hosts(10, [transport: 4]) == ["portal": 2])
        #expect(try await hosts(10, [transport: 3]) == ["transport": 1])
        #expect(try await hosts(2, [:]) == ["transport": 2])
        #expect(try await hosts(10, [:]) == ["transport": 4])
    }

    /// Many nodes that claim at once: each notice is one's.
    package func manyClaimTheNotices() async throws {
        let nodes = try await inhabitedNodes()
        try await nodes[0].leaveNotices(40)
        let claims = try await atOnce(16, on: nodes) { store, _ in
            try await store.claimNotices(
                NoticeClaim(at: Fixtures.noon, until: Fixtures.noon(plus: 60), limit: 5, perHost: 5))
        }
        let taken = claims.flatMap(\.self).map(\.id)
        #expect(taken.count == 40)
        #expect(Set(taken).count == 40)
    }

    /// Redemptions that race the end of their session: no grant of it survives.
    package func endingASessionBeatsRedemption() async throws {
        let nodes = try await inhabitedNodes()
        for round in 0..<8 {
            let (label, name) = ("round-\(round)", "sid-round-\(round)")
            try await nodes[0].begin(.sample(label), replacing: nil, events: [])
            for number in 0..<8 {
                let code = IssuedCode.logout("\(label)-\(number)", session: name)
                let isIssued = try await nodes[0].issue(
                    code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: [])
                #expect(isIssued)
            }
            _ = try await atOnce(9, on: nodes) { store, number in
                guard number != 4 else {
                    return try await store.endSession(Fixtures.digest(label), event: .sample(.sessionEnded)) != nil
                }
                return try await store.redeem(.logout("\(label)-\(number % 8)", session: name)).granted != nil
            }
            for number in 0..<8 {
                let grant = try await nodes[0].grant(GrantID(rawValue: "grant-\(label)-\(number)"))
                #expect(grant?.isLive(at: Fixtures.noon) != true)
            }
        }
    }
}

extension IssuedCode {
    /// The code ``sample(_:person:client:expiresAt:)`` gives, issued in `session`.
    fileprivate static func logout(
        _ label: String, person: SamplePerson = .anna, client: String = "transport", session: String?,
        scope: [String] = ["openid", "email"], provider: ProviderID = Fixtures.pool
    ) -> IssuedCode {
        let sample = sample(label, person: person, client: ClientID(rawValue: client))
        return IssuedCode(
            digest: sample.digest, grantID: sample.grantID, clientID: sample.clientID, redirect: sample.redirect,
            challenge: sample.challenge, scope: Scope(scope), nonce: sample.nonce,
            login: person.login(at: provider, sessionName: session), sealedTokens: sample.sealedTokens,
            expiresAt: sample.expiresAt)
    }
}

extension AuthorizationStore where Self: SessionStore {
    /// Ends `count` sessions in which `client` took part, `seconds` after noon.
    fileprivate func leaveNotices(_ count: Int, client: String = "transport", at seconds: Double = 0) async throws {
        for number in 0..<count {
            let label = "\(client)-\(number)"
            try await begin(.sample(label), replacing: nil, events: [])
            _ = try await grant(.logout(label, client: client, session: "sid-\(label)"))
            let event = AuditEvent.sample(.sessionEnded, at: Fixtures.noon(plus: seconds))
            #expect(try await endSession(Fixtures.digest(label), event: event) != nil)
        }
    }
}

extension LogoutNoticeStore {
    /// Takes every notice due `seconds` after noon.
    fileprivate func claimAll(at seconds: Double, lease: Double = 600) async throws -> [LogoutNotice] {
        try await claimNotices(
            NoticeClaim(
                at: Fixtures.noon(plus: seconds), until: Fixtures.noon(plus: seconds + lease), limit: 1000,
                perHost: 1000))
    }
}
