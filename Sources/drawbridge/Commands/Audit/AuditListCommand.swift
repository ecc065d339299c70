import ArgumentParser
import Broker
import Foundation
import OAuth
import Storage
import StorageSQLite

/// `drawbridge audit list`, and `drawbridge audit` for short.
struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the newest events that fit, the newest last.",
        discussion: """
            EXAMPLES:
              drawbridge audit --kind login.failed --since 2h
              drawbridge audit --account jana --json
              drawbridge audit --ray 01a2b3c4d5e60001
            """)

    @Option(help: ArgumentHelp("One kind of event.", valueName: "event"))
    var kind: AuditEvent.Kind?

    @Option(help: ArgumentHelp("One account: a local user name, or an account's id (sub).", valueName: "name"))
    var account: String?

    @Option(help: ArgumentHelp("One client.", valueName: "client_id"))
    var client: String?

    @Option(help: ArgumentHelp("One request.", valueName: "ray_id"))
    var ray: RayArgument?

    @Option(
        help: ArgumentHelp(
            "Not before that time: 2026-01-31T12:00:00Z, or how long ago, as 30m, 2h or 7d.", valueName: "time"))
    var since: TimeArgument?

    @Option(help: ArgumentHelp("At most so many events.", valueName: "number"))
    var limit = 100

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("The value '\(limit)' is invalid for '--limit': 1 or more.") }
    }

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            var filter = AuditFilter(
                kind: kind, client: client.map(ClientID.init(rawValue:)), ray: ray?.value,
                since: since?.date(before: folder.clock.now), limit: limit)
            if let account {
                let known = try await folder.accounts.account(userName: account)
                filter.account = known?.account.id ?? AccountID(rawValue: account)
            }
            let events = try await folder.store.events(matching: filter)
            try output.show(AnswerList(events.map(AuditRecord.init), text: AuditRecord.table(events)))
        }
    }
}

extension AuditEvent.Kind: ExpressibleByArgument {}
