import ArgumentParser
import Broker
import Foundation
import Storage
import StorageSQLite

/// `drawbridge key retire-master`.
struct KeyRetireMasterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire-master",
        abstract: "Remove an old master key from the master key file.",
        discussion: """
            Once nothing rests in the database under it and the last token that clients hold under it has expired. Before \
            that only --force does it: those tokens are worth nothing from then on.
            """)

    @Argument(help: ArgumentHelp("The key's id, as key list-master shows it.", valueName: "id"))
    var id: String

    @Flag(help: "Remove it although clients may hold tokens under it.")
    var force = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let file = try folder.masterKeyFile()
            let name = LogText.oneLine(id)
            let standings = try await MasterKeyInventory(store: folder.store, clock: folder.clock)
                .standings(of: try file.load())
            guard let standing = standings.first(where: { $0.id == id }) else {
                throw Complaint("there is no master key \(name)")
            }
            if let objection = objection(to: standing, at: folder.clock.now) {
                throw Complaint("master key \(name) \(objection)")
            }
            try file.remove(id)
            try await folder.note(.masterKeyRemoved, id)
            try output.show(try await MasterKeyRecord.list(in: folder))
        }
    }

    private func objection(to standing: MasterKeyInventory.Standing, at now: Date) -> String? {
        switch standing.role {
        case .sealing: return "seals: rotate-master first"
        case .waiting: return "is about to seal"
        case .missing: return "is not in the file"
        case .opening: break
        }
        guard standing.rowCount == 0 else {
            return "is needed for \(standing.rowCount) rows of the database: a running serve seals them anew"
        }
        guard let end = standing.tokensEnd, !force, !standing.isRemovable(at: now) else { return nil }
        return "is needed for tokens that clients hold, until \(end.iso8601): --force makes them worthless"
    }
}
