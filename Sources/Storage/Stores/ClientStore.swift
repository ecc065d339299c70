package import OAuth

/// The registered clients. A change by any process is seen by the next call.
package protocol ClientStore: Sendable {
    /// The client named `id`, if there is one.
    func client(_ id: ClientID) async throws -> Client?

    /// All clients, by id.
    func clients() async throws -> [Client]

    /// Registers `client` and records `event`; throws ``StoreError/conflict`` if the id is taken.
    func insert(_ client: Client, event: AuditEvent) async throws

    /// Puts `client` in the place of the one of the same id; throws ``StoreError/notFound`` if there is none.
    func replace(_ client: Client, event: AuditEvent) async throws

    /// Removes the client with its grants, codes and consents, so that none counts for a later client of the same id;
    /// throws ``StoreError/notFound`` if there is none.
    func deleteClient(_ id: ClientID, event: AuditEvent) async throws
}
