import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// Rotation moves a grant one generation on; the predecessor yields the same successor within the grace window.
    package func grantsRotate() async throws {
        let store = try await inhabitedStore()
        let grant = try await store.grant(.sample("a"))
        #expect(try await store.standing(of: 0, in: grant.id, at: Fixtures.noon, grace: 30) == .current(grant))
        var rotated = grant
        rotated.generation = 1
        #expect(try await store.rotate(grant.id, from: 0, successor: "one") == .current(rotated))
        #expect(try await store.grant(grant.id) == rotated)
        #expect(try await store.standing(of: 1, in: grant.id, at: Fixtures.noon, grace: 30) == .current(rotated))

        let within = Fixtures.noon(plus: 29.999)
        let same = RefreshStanding.superseded(rotated, sealedSuccessor: "one")
        #expect(try await store.standing(of: 0, in: grant.id, at: within, grace: 30) == same)
        #expect(try await store.rotate(grant.id, from: 0, successor: "another", at: within) == same)
        #expect(try await store.grant(grant.id) == rotated)
    }

    /// Whose a grant is is answered with it, as it stands.
    package func grantsAreFoundWithTheirHolders() async throws {
        let store = try await inhabitedStore()
        let missing = GrantID(rawValue: "missing")
        #expect(try await store.heldGrant(missing) == nil)
        let grant = try await store.grant(.sample("a"))
        let (client, anna) = (try Client.transport, SamplePerson.anna.login())
        let person = try await store.person(provider: anna.provider, subject: anna.subject)
        #expect(person != nil)
        #expect(try await store.heldGrant(grant.id) == HeldGrant(grant: grant, client: client, person: person))
        let standing = try await store.standingWithPerson(of: 0, in: grant.id, at: Fixtures.noon, grace: 30)
        #expect(standing == (.current(grant), person))
        let ended = try await store.standingWithPerson(of: 0, in: missing, at: Fixtures.noon, grace: 30)
        #expect(ended == (.ended, nil))
        var changed = client
        changed.name = "Another name"
        try await store.replace(changed, event: .sample(.clientChanged))
        #expect(try await store.heldGrant(grant.id)?.client == changed)
        try await store.setStatus(.disabled, of: anna.accountID, event: .sample(.accountChanged))
        #expect(try await store.heldGrant(grant.id)?.person?.account.status == .disabled)
    }

    /// The predecessor after its grace window, and any older generation at once, revoke the grant (RFC 9700 §4.14.2).
    package func refreshReplaysRevoke() async throws {
        let store = try await inhabitedStore()
        let late = try await store.grant(.sample("late"))
        _ = try await store.rotate(late.id, from: 0, successor: "one")
        let after = Fixtures.noon(plus: 30)
        #expect(try await store.standing(of: 0, in: late.id, at: after, grace: 30).isReplayed)
        #expect(try await store.grant(late.id)?.status == .active, "Asking for the standing changes nothing.")
        #expect(try await store.rotate(late.id, from: 0, successor: "two", at: after).isReplayed)
        #expect(try await store.grant(late.id)?.status == .revoked(at: after))
        #expect(try await store.rotate(late.id, from: 1, successor: "two", at: after) == .ended)

        let old = try await store.grant(.sample("old"))
        _ = try await store.rotate(old.id, from: 0, successor: "one")
        _ = try await store.rotate(old.id, from: 1, successor: "two")
        #expect(try await store.rotate(old.id, from: 0, successor: "three").isReplayed)
        #expect(try await store.rotate(old.id, from: 2, successor: "three") == .ended)
    }

    /// What was revoked, has expired, was never issued or never there has ended, and nothing revives it.
    package func grantsEnd() async throws {
        let store = try await inhabitedStore()
        let missing = GrantID(rawValue: "missing")
        #expect(try await store.rotate(missing, from: 0, successor: "s") == .ended)
        #expect(try await !store.revokeGrant(missing, at: Fixtures.noon, events: [.sample(.grantRevoked)]))

        let grant = try await store.grant(.sample("a"))
        #expect(try await store.rotate(grant.id, from: 1, successor: "s") == .ended)
        #expect(try await store.rotate(grant.id, from: -1, successor: "s") == .ended)
        #expect(try await store.grant(grant.id) == grant)
        let expiry = grant.expiresAt
        #expect(try await store.standing(of: 0, in: grant.id, at: expiry, grace: 30) == .ended)
        #expect(try await store.rotate(grant.id, from: 0, successor: "s", at: expiry) == .ended)
        #expect(
            try await store.rotate(grant.id, from: 0, successor: "s", at: expiry.addingTimeInterval(-0.001)) != .ended)

        let revoked = Fixtures.noon(plus: 7)
        #expect(try await store.revokeGrant(grant.id, at: revoked, events: [.sample(.grantRevoked)]))
        #expect(
            try await !store.revokeGrant(grant.id, at: Fixtures.noon(plus: 8), events: [.sample(.grantRevoked)]))
        #expect(try await store.grant(grant.id)?.status == .revoked(at: revoked))
        #expect(try await store.standing(of: 1, in: grant.id, at: revoked, grace: 30) == .ended)
        #expect(try await store.standing(of: 0, in: grant.id, at: revoked, grace: 30) == .ended)
        #expect(try await store.events(matching: AuditFilter(kind: .grantRevoked)).count == 1)
    }

    /// The events of a rotation are those of its outcome.
    package func rotationsRecordTheirOutcome() async throws {
        let store = try await inhabitedStore()
        let grant = try await store.grant(.sample("a"))
        for (generation, time) in [(0, 0.0), (0, 1), (0, 60), (1, 61)] {
            _ = try await store.rotate(
                grant.id, from: generation, sealedSuccessor: "s", at: Fixtures.noon(plus: time), grace: 30,
                until: grant.expiresAt
            ) { standing in
                switch standing {
                case .current: [.sample(.tokenRefreshed)]
                case .superseded: []
                case .replayed: [.sample(.refreshReplayed), .sample(.grantRevoked)]
                case .ended: [.sample(.tokenRefused)]
                }
            }
        }
        #expect(
            try await store.events(matching: AuditFilter()).map(\.kind).suffix(4)
                == [.tokenRefreshed, .refreshReplayed, .grantRevoked, .tokenRefused])
    }
}

extension RefreshStanding {
    var isReplayed: Bool {
        guard case .replayed = self else { return false }
        return true
    }

    var isCurrent: Bool {
        guard case .current = self else { return false }
        return true
    }

    var sealedSuccessor: String? {
        guard case .superseded(_, let successor) = self else { return nil }
        return successor
    }
}
