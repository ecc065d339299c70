import BrokerTesting
import Storage
import StorageSQLite
import Testing

/// Every race runs in one store, and between stores that have one file open, as `serve` and the command line do.
@Suite("What happens at most once, kept by SQLite under concurrency")
struct SQLiteRaceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func conformance(nodes: Int) -> StoreConformance {
        StoreConformance { [folder] in try (0..<nodes).map { _ in try SQLiteStore(path: folder.file()) } }
    }

    @Test("One of fifty redemptions of a code is granted, and its grant revoked", arguments: [1, 3])
    func redemption(nodes: Int) async throws { try await conformance(nodes: nodes).fiftyRedeemOneCode() }

    @Test("Redemptions made all at once do not outrun the limit", arguments: [1, 3])
    func grantLimit(nodes: Int) async throws { try await conformance(nodes: nodes).manyRedemptionsKeepTheLimit() }

    @Test("Every one of many logins at once is counted", arguments: [1, 3])
    func loginCounts(nodes: Int) async throws { try await conformance(nodes: nodes).manyLoginsAreCounted() }

    @Test("One of many questions of a device gets its grant", arguments: [1, 3])
    func deviceRedemption(nodes: Int) async throws { try await conformance(nodes: nodes).manyRedeemOneDevice() }

    @Test("One of many decisions about a device counts", arguments: [1, 3])
    func deviceDecision(nodes: Int) async throws { try await conformance(nodes: nodes).manyDecideAboutOneDevice() }

    @Test("One of many logins is staged for a payload", arguments: [1, 3])
    func staging(nodes: Int) async throws { try await conformance(nodes: nodes).manyStageOnePayload() }

    @Test("One of many codes is issued for a staged login", arguments: [1, 3])
    func issuing(nodes: Int) async throws { try await conformance(nodes: nodes).manyConsumeOneStagedLogin() }

    @Test("One of many rotations moves a grant on, and all get its successor", arguments: [1, 3])
    func rotation(nodes: Int) async throws { try await conformance(nodes: nodes).manyRotateOneGrant() }

    @Test("A revocation beats every rotation it races", arguments: [1, 3])
    func revocation(nodes: Int) async throws { try await conformance(nodes: nodes).revocationBeatsRotation() }

    @Test("Of many who use the same thing one did", arguments: [1, 3])
    func singleUse(nodes: Int) async throws { try await conformance(nodes: nodes).manyUseOneThing() }

    @Test("A token registers as many clients as it may, and none more", arguments: [1, 3])
    func registrations(nodes: Int) async throws { try await conformance(nodes: nodes).usesAreCountedOnce() }

    @Test("Twenty first logins of one identity make one account", arguments: [1, 3])
    func firstLogins(nodes: Int) async throws {
        try await conformance(nodes: nodes).twentyFirstLoginsMakeOneAccount()
    }

    @Test("Nodes that write at once write one trail", arguments: [1, 3])
    func trail(nodes: Int) async throws { try await conformance(nodes: nodes).manyWriteOneTrail() }

    @Test("Nodes that start at once agree on one first key", arguments: [1, 3])
    func firstKeys(nodes: Int) async throws { try await conformance(nodes: nodes).nodesAgreeOnOneFirstKey() }

    @Test("Nodes that take the steps of a rotation at once take each one once", arguments: [1, 3])
    func keyRotation(nodes: Int) async throws { try await conformance(nodes: nodes).nodesRotateAKeyOnce() }
    @Test("Each notice of a logout is claimed by one node", arguments: [1, 3])
    func notices(nodes: Int) async throws { try await conformance(nodes: nodes).manyClaimTheNotices() }

    @Test("No grant survives the end of the session it began in", arguments: [1, 3])
    func endings(nodes: Int) async throws { try await conformance(nodes: nodes).endingASessionBeatsRedemption() }

    @Test("A provider's message counts once", arguments: [1, 3])
    func upstreamMessages(nodes: Int) async throws { try await conformance(nodes: nodes).oneMessageCountsOnce() }

    @Test("Attempts made all at once do not outrun the count", arguments: [1, 3])
    func failures(nodes: Int) async throws { try await conformance(nodes: nodes).attemptsDoNotOutrunTheCount() }
}
