import Broker
import Foundation
import Storage
import StorageSQLite

/// A master key as commands show it, by its id.
struct MasterKeyRecord: Encodable {
    private let id: String
    private let state: String
    private let sealsFrom: String?
    private let atRest: [String: Int]
    private let rows: Int
    private let tokensEnd: String?
    private let isRemovable: Bool

    private enum CodingKeys: String, CodingKey {
        case id
        case state
        case sealsFrom = "seals_from"
        case atRest = "at_rest"
        case rows
        case tokensEnd = "tokens_end"
        case isRemovable = "removable"
    }

    init(_ standing: MasterKeyInventory.Standing, at now: Date) {
        id = standing.id
        switch standing.role {
        case .waiting(let time): (state, sealsFrom) = ("waiting", time.iso8601)
        case .sealing: (state, sealsFrom) = ("sealing", nil)
        case .opening: (state, sealsFrom) = ("opening", nil)
        case .missing: (state, sealsFrom) = ("missing", nil)
        }
        atRest = Dictionary(uniqueKeysWithValues: standing.atRest.map { ($0.key.rawValue, $0.value) })
        rows = standing.rowCount
        tokensEnd = standing.tokensEnd?.iso8601
        isRemovable = standing.isRemovable(at: now)
    }

    /// The keys of `folder` as a list with a table.
    static func list(in folder: DataFolder) async throws -> AnswerList<MasterKeyRecord> {
        let standings = try await MasterKeyInventory(store: folder.store, clock: folder.clock)
            .standings(of: try folder.masterKeys())
        let records = standings.map { MasterKeyRecord($0, at: folder.clock.now) }
        var table = TextTable("MASTER KEY", "STATE", "SEALS FROM", "ROWS AT REST", "TOKENS UNTIL", "REMOVABLE")
        for record in records {
            table.add(
                record.id, record.state, record.sealsFrom ?? "", "\(record.rows)", record.tokensEnd ?? "",
                record.isRemovable ? "yes" : "")
        }
        return AnswerList(records, text: table.text(orElse: "There is no master key."))
    }
}
