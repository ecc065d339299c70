import ArgumentParser
import Broker
import Foundation
import OAuth
import Storage
import StorageSQLite

/// `drawbridge key rotate-master`.
struct KeyRotateMasterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-master",
        abstract: "Make a new master key.",
        discussion: """
            The key is put above the others in the master key file, to seal from a moment on; until then it only opens, \
            and the others go on opening. A running serve reads the file every second, seals with the new key from that \
            moment on, and seals anew what rests under older ones. Copies of the file on other hosts must be replaced \
            before that moment: --delay makes the time for it. Keep a copy of the new file apart from the database.
            """)

    @Option(help: ArgumentHelp("When the key begins to seal, from now, 5 to 604800.", valueName: "seconds"))
    var delay = 15

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (5...604_800).contains(delay) else {
            throw ValidationError("--delay should be 5 to 604800 seconds: every node has to read the key before")
        }
    }

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let key = MasterKey(folder.random.bytes(Bits256.self))
            let now = folder.clock.now
            switch try folder.masterKeyFile().add(key, sealsFrom: now.addingTimeInterval(Double(delay)), at: now) {
            case .added: try await folder.note(.masterKeyAdded, key.id)
            case .waiting(let id): throw Complaint("master key \(id) is new and does not seal yet: wait for it")
            }
            try output.show(try await MasterKeyRecord.list(in: folder))
        }
    }
}
