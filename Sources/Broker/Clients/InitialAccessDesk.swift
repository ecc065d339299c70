package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Gives out, lists and takes back leave to register clients (RFC 7591 §1.2).
package struct InitialAccessDesk: Sendable {
    private let store: any RegistrationStore
    private let clock: any WallClock
    private let random: any RandomSource
    private let ray: RayID?

    /// `ray` names, in the audit trail, the command that makes the changes.
    package init(
        store: any RegistrationStore, clock: any WallClock, random: any RandomSource, ray: RayID? = nil
    ) {
        self.store = store
        self.clock = clock
        self.random = random
        self.ray = ray
    }

    /// What the operator wants to give.
    package struct Order: Sendable {
        package let note: String
        package let ceiling: RegistrationCeiling
        /// How many clients may be registered.
        package let uses: Int
        /// Seconds it counts.
        package let lifetime: Int

        package init(note: String, ceiling: RegistrationCeiling, uses: Int, lifetime: Int) {
            self.note = note
            self.ceiling = ceiling
            self.uses = uses
            self.lifetime = lifetime
        }
    }

    /// Makes a token, which is shown this once.
    package func give(_ order: Order) async throws -> (access: InitialAccess, token: Secret) {
        let token = random.handle()
        let now = clock.now
        let access = InitialAccess(
            id: random.identifier(), note: order.note, ceiling: order.ceiling, createdAt: now,
            expiresAt: now.addingTimeInterval(Double(order.lifetime)), usesLeft: order.uses)
        try await store.insert(access, as: HandleDigest(of: token), event: event(.clientTokenCreated, access.id))
        return (access, token)
    }

    /// All that have not been swept, oldest first.
    package func given() async throws -> [InitialAccess] { try await store.initialAccesses() }

    /// Ends the token named `id`: what was registered with it stays. Throws ``StoreError/notFound``.
    package func revoke(_ id: InitialAccessID) async throws {
        try await store.revokeInitialAccess(id, event: event(.clientTokenRevoked, id))
    }

    private func event(_ kind: AuditEvent.Kind, _ id: InitialAccessID) -> AuditEvent {
        AuditEvent(kind, at: clock.now, ray: ray, reason: id.rawValue)
    }
}
