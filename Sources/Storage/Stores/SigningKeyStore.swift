package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The signing keys. Each goes from next to active to retiring and is gone, never back.
///
/// A step names the state it starts from and is taken by one caller only: what another node has done in the meantime
/// makes it false, and changes nothing.
package protocol SigningKeyStore: Sendable {
    /// All keys, oldest first.
    func signingKeys() async throws -> [StoredSigningKey]

    /// Adds `key` as its algorithm's first active key; false if the algorithm has an active key already, so that two
    /// nodes starting at once agree on one.
    func insertFirst(_ key: StoredSigningKey, event: AuditEvent) async throws -> Bool

    /// Adds `key` as its algorithm's next one, in the place of `old`, which is then retiring until `removal`.
    ///
    /// False if `old` is not the next key, or if it is nil and there is a next key.
    func publish(
        _ key: StoredSigningKey, replacing old: KeyID?, removal: Date, event: AuditEvent
    ) async throws -> Bool

    /// Lets the next key `id` sign from `time` on instead of `oldTime`; false if it is not the next key, or is to sign
    /// from another time.
    func reschedule(_ id: KeyID, from oldTime: Date, to time: Date, event: AuditEvent) async throws -> Bool

    /// Makes the next key `id` the active one in the place of `active`, which is then retiring until `removal`; false if
    /// one of them is no longer what it was, or they are of two algorithms.
    func activate(_ id: KeyID, replacing active: KeyID, removal: Date, event: AuditEvent) async throws -> Bool

    /// Removes a retiring key; throws ``StoreError/notFound`` if no retiring key has that id.
    func removeRetiring(_ id: KeyID, event: AuditEvent) async throws
}
