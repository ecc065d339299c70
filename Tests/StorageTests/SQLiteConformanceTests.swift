import BrokerTesting
import Testing

@Suite("The store's guarantees, kept by SQLite")
struct SQLiteConformanceTests {
    private let conformance: StoreConformance

    init() throws {
        let folder = try TemporaryFolder()
        conformance = StoreConformance { try folder.freshStore() }
    }

    @Test("A code is redeemed at most once, and a replay revokes its grant")
    func codes() async throws { try await conformance.codesAreRedeemedOnce() }
}
