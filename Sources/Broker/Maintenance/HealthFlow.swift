package import Storage

/// Whether the broker can answer: it depends on its own database and on no upstream.
package struct HealthFlow: Sendable {
    private let store: any HealthChecked

    package init(store: any HealthChecked) {
        self.store = store
    }

    /// Throws if the database does not answer.
    package func check() async throws {
        try await store.checkHealth()
    }
}
