import ArgumentParser
import Broker
import OAuth
import Storage
import StorageSQLite

/// `drawbridge key retire`.
struct KeyRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Remove a retiring key.",
        discussion: """
            A running serve does this by itself once everything that the key signed has expired. Before that only --now \
            does it, and what the key signed no longer counts.
            """)

    @Argument(help: ArgumentHelp("The key's id.", valueName: "kid"))
    var id: String

    @Flag(help: "Remove it although what it signed may not have expired.")
    var now = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let name = LogText.oneLine(id)
            switch try await folder.store.signingKeys().first(where: { $0.id.rawValue == id }) {
            case nil: throw Complaint("there is no key \(name)")
            case .some(let key) where key.state != .retiring:
                throw Complaint("key \(name) is not retiring but \(key.state.rawValue): rotate first")
            case .some(let key):
                if let due = key.removableAt, due > folder.clock.now, !now {
                    throw Complaint(
                        "what key \(name) signed may be in use until \(due.iso8601); --now removes it all the same")
                }
            }
            do {
                try await folder.signingKeys(try folder.keyRing()).removeRetiring(KeyID(rawValue: id))
            } catch StoreError.notFound {
                // Preparing the keys, or a running broker, has removed it on schedule.
            }
            try output.show(SigningKeyRecord.list(try await folder.store.signingKeys()))
        }
    }
}
