import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    private static let transport = ClientID(rawValue: "transport")

    /// A request is found by either of its codes until it expires; only a waiting one by the code that people type.
    package func devicesWait() async throws {
        let store = try await inhabitedStore()
        let request = DeviceRequest.sample("a")
        #expect(try await store.keepWaiting(request, events: [.sample(.deviceRequested)]))
        #expect(try await store.device(request.digest) == request)
        let last = Fixtures.noon(plus: 599.999)
        #expect(try await store.waitingDevice(userCode: request.userCode, at: last) == request)
        #expect(try await store.waitingDevice(userCode: request.userCode, at: request.expiresAt) == nil)
        #expect(try await store.device(request.digest) == request, "A device is told that it has expired.")
        #expect(try await store.device(request.userCode) == nil)
        #expect(try await store.waitingDevice(userCode: request.digest, at: Fixtures.noon) == nil)
        #expect(try await store.events(matching: AuditFilter(kind: .deviceRequested)).count == 1)

        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 1199), limit: 10) == 0)
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 1200), limit: 10) == 1)
        #expect(try await store.device(request.digest) == nil)
    }

    /// No more wait than the limit says, in all and of one client; what has expired takes no place.
    package func waitingDevicesAreLimited() async throws {
        let store = try await inhabitedStore()
        let parking = ClientID(rawValue: "parking")
        let limit = DeviceLimit(total: 3, perClient: 2)
        let early = Fixtures.noon(plus: 10)
        let event = [AuditEvent.sample(.deviceRequested)]
        #expect(try await store.keepWaiting(.sample("1", expiresAt: early), within: limit, events: event))
        #expect(try await store.keepWaiting(.sample("2"), within: limit, events: event))
        #expect(try await !store.keepWaiting(.sample("3"), within: limit, events: event))
        #expect(try await store.keepWaiting(.sample("4", client: parking), within: limit, events: event))
        #expect(try await !store.keepWaiting(.sample("5", client: parking), within: limit, events: event))
        #expect(try await store.device(DeviceRequest.sample("3").digest) == nil)
        #expect(try await store.keepWaiting(.sample("6"), within: limit, at: early, events: event))
        #expect(try await store.events(matching: AuditFilter(kind: .deviceRequested)).count == 4)
    }

    /// A user code is one device's.
    package func userCodesAreUnique() async throws {
        let store = try await inhabitedStore()
        let first = DeviceRequest.sample("a")
        let second = DeviceRequest(
            digest: Fixtures.digest("b"), userCode: first.userCode, clientID: first.clientID, scope: first.scope,
            interval: 5, expiresAt: first.expiresAt)
        #expect(try await store.keepWaiting(first))
        #expect(try await !store.keepWaiting(second, events: [.sample(.deviceRequested)]))
        #expect(try await store.device(second.digest) == nil)
        #expect(try await store.events(matching: AuditFilter(kind: .deviceRequested)).isEmpty)
    }

    /// An interval grows up to its bound, and only while the device waits.
    package func devicesSlowDown() async throws {
        let store = try await inhabitedStore()
        let request = DeviceRequest.sample("a")
        #expect(try await store.keepWaiting(request))
        for expected in [12, 17, 20, 20] {
            try await store.slowDownDevice(request.digest, by: 5, atMost: 20)
            #expect(try await store.device(request.digest)?.interval == expected)
        }
        #expect(try await store.decide(.deny, about: request) == .decided)
        try await store.slowDownDevice(request.digest, by: 5, atMost: 100)
        #expect(try await store.device(request.digest)?.interval == 20)
        try await store.slowDownDevice(Fixtures.digest("nobody"), by: 5, atMost: 100)
    }

    /// A request is decided about once, by a payload that counts once, for the client that asked.
    package func devicesAreDecidedAboutOnce() async throws {
        let store = try await inhabitedStore()
        let (first, second) = (DeviceRequest.sample("a"), DeviceRequest.sample("b"))
        for request in [first, second] { #expect(try await store.keepWaiting(request)) }
        let event = [AuditEvent.sample(.authorizationGranted)]
        let staged = StagedLogin.sample("p")
        #expect(try await store.stage(staged, for: staged.payloadID, events: []))
        let use = PayloadUse.staged(staged.payloadID)
        let wrongClient = try await store.decideDevice(
            .allow(.sample()), userCode: first.userCode, client: ClientID(rawValue: "parking"), session: nil,
            consuming: use, at: Fixtures.noon, events: event)
        #expect(wrongClient == .gone)
        #expect(
            try await store.decide(.allow(.sample()), about: first, consuming: use, at: first.expiresAt, event) == .gone
        )
        #expect(try await store.staged(staged.payloadID, at: Fixtures.noon) == .login(staged), "Nothing was used up.")

        #expect(try await store.decide(.allow(.sample()), about: first, consuming: use, event) == .decided)
        #expect(try await store.device(first.digest)?.status == .allowed)
        #expect(try await store.waitingDevice(userCode: first.userCode, at: Fixtures.noon) == nil)
        #expect(try await store.decide(.deny, about: first, event) == .gone)
        #expect(try await store.decide(.deny, about: second, consuming: use, event) == .alreadyUsed)
        #expect(try await store.device(second.digest) == second)
        #expect(try await store.decide(.deny, about: second, event) == .decided)
        #expect(try await store.device(second.digest)?.status == .denied)
        #expect(try await store.events(matching: AuditFilter(kind: .authorizationGranted)).count == 2)
    }

    /// An allowed request becomes one grant, with what the person allowed; a denied or waiting one none.
    package func devicesAreRedeemedOnce() async throws {
        let store = try await inhabitedStore()
        let (allowed, denied, waiting) = (
            DeviceRequest.sample("a"), DeviceRequest.sample("b"), DeviceRequest.sample("c")
        )
        for request in [allowed, denied, waiting] { #expect(try await store.keepWaiting(request)) }
        #expect(try await store.decide(.allow(.sample()), about: allowed) == .decided)
        #expect(try await store.decide(.deny, about: denied) == .decided)
        for request in [denied, waiting] { #expect(try await store.redeem(request) == nil) }
        #expect(try await store.redeem(allowed, of: ClientID(rawValue: "parking")) == nil)
        #expect(try await store.redeem(allowed, at: allowed.expiresAt) == nil)

        let redemption = try #require(try await store.redeem(allowed))
        #expect(redemption.approval == .sample())
        #expect(redemption.grant == allowed.grant(.sample()))
        #expect(redemption.person?.account.id == SamplePerson.anna.accountID)
        #expect(try await store.grant(redemption.grant.id) == redemption.grant)
        #expect(try await store.device(allowed.digest)?.status == .redeemed)
        #expect(try await store.redeem(allowed) == nil)
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 10).map(\.count) == [1])
        #expect(try await store.events(matching: AuditFilter(kind: .tokenIssued)).count == 1)
    }

    /// A device that was let in, but has not come yet, loses that with the account, the identity or the client.
    package func allowedDevicesEndWithTheirPerson() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna
        let requests = ["a", "b", "c"].map { DeviceRequest.sample($0) }
        for (request, person) in zip(requests, [anna, .boris, anna]) {
            #expect(try await store.keepWaiting(request))
            #expect(try await store.decide(.allow(.sample(person)), about: request) == .decided)
        }
        let identity = anna.identity(at: ProviderID(rawValue: "google"))
        _ = try await store.link(identity, from: nil, event: .sample(.identityLinked))
        let unlinked = try await store.unlink(
            provider: Fixtures.pool, subject: anna.subject(at: Fixtures.pool), from: anna.accountID,
            event: .sample(.identityUnlinked))
        #expect(unlinked)
        for request in [requests[0], requests[2]] {
            #expect(try await store.device(request.digest)?.status == .denied)
            #expect(try await store.redeem(request) == nil)
        }
        #expect(try await store.device(requests[1].digest)?.status == .allowed)
        try await store.setStatus(.disabled, of: SamplePerson.boris.accountID, event: .sample(.accountChanged))
        #expect(try await store.device(requests[1].digest)?.status == .denied)

        try await store.deleteClient(Self.transport, event: .sample(.clientDeleted))
        #expect(try await store.device(requests[0].digest) == nil)
    }

    /// Twenty questions at once of a device that was let in: one gets the grant.
    package func manyRedeemOneDevice() async throws {
        let nodes = try await inhabitedNodes()
        let request = DeviceRequest.sample("a")
        #expect(try await nodes[0].keepWaiting(request))
        #expect(try await nodes[0].decide(.allow(.sample()), about: request) == .decided)
        let grants = try await atOnce(20, on: nodes) { store, _ in try await store.redeem(request)?.grant }
        #expect(grants.count { $0 != nil } == 1)
        #expect(try await nodes[0].events(matching: AuditFilter(kind: .tokenIssued)).count == 1)
    }

    /// Many decisions at once about one device: one counts.
    package func manyDecideAboutOneDevice() async throws {
        let nodes = try await inhabitedNodes()
        let request = DeviceRequest.sample("a")
        #expect(try await nodes[0].keepWaiting(request))
        let outcomes = try await atOnce(20, on: nodes) { store, number in
            try await store.decide(
                number.isMultiple(of: 2) ? .allow(.sample()) : .deny, about: request,
                consuming: .travelled(PayloadID(rawValue: "p\(number)"), expiry: request.expiresAt))
        }
        #expect(outcomes.count { $0 == .decided } == 1)
        #expect(outcomes.count { $0 == .gone } == 19)
        let winner = try #require(outcomes.firstIndex(of: .decided))
        let status = try await nodes[0].device(request.digest)?.status
        #expect(status == (winner.isMultiple(of: 2) ? .allowed : .denied))
    }
}

extension DeviceStore {
    func keepWaiting(
        _ request: DeviceRequest, within limit: DeviceLimit = DeviceLimit(total: 100, perClient: 100),
        at time: Date = Fixtures.noon, events: [AuditEvent] = []
    ) async throws -> Bool {
        try await keepDevice(request, within: limit, at: time, events: events)
    }

    func decide(
        _ decision: DeviceDecision, about request: DeviceRequest, session: String? = nil,
        consuming payload: PayloadUse = .nothing,
        at time: Date = Fixtures.noon, _ events: [AuditEvent] = []
    ) async throws -> DeviceDecisionOutcome {
        try await decideDevice(
            decision, userCode: request.userCode, client: request.clientID, session: session, consuming: payload,
            at: time, events: events)
    }

    func redeem(
        _ request: DeviceRequest, of client: ClientID? = nil, at time: Date = Fixtures.noon
    ) async throws -> DeviceRedemption? {
        try await redeemDevice(
            request.digest, of: client ?? request.clientID, at: time, limit: nil,
            make: { request.grant($0, at: time) }, events: { _ in [.sample(.tokenIssued)] })
    }
}
