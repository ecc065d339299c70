package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Clients that register themselves, and who may let them (RFC 7591, RFC 7592).
package protocol RegistrationStore: Sendable {
    /// Keeps `access` for whoever holds the token of `digest`, and records `event`.
    func insert(_ access: InitialAccess, as digest: HandleDigest, event: AuditEvent) async throws

    /// What the holder of the token of `digest` may register at `now`; nil if nothing, or nothing more.
    func initialAccess(_ digest: HandleDigest, at now: Date) async throws -> InitialAccess?

    /// Every leave to register that has not been swept, oldest first.
    func initialAccesses() async throws -> [InitialAccess]

    /// Ends the leave named `id`; throws ``StoreError/notFound`` if there is none.
    func revokeInitialAccess(_ id: InitialAccessID, event: AuditEvent) async throws

    /// Registers `client` by the token of `digest`, whose uses are counted by this alone; false, and nothing kept, if it
    /// has none left at `now`. Throws ``StoreError/conflict`` if the client's id is taken.
    func register(
        _ client: Client, as registration: ClientRegistration, by digest: HandleDigest, at now: Date, event: AuditEvent
    ) async throws -> Bool

    /// The registration whose access token has `digest`.
    func registration(_ digest: HandleDigest) async throws -> ClientRegistration?

    /// Puts `client` and `registration` in the place of those of the same id; throws ``StoreError/notFound`` if there are
    /// none.
    func replace(_ client: Client, as registration: ClientRegistration, event: AuditEvent) async throws
}
