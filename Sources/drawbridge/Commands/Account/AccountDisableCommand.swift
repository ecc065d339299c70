import ArgumentParser
import Broker
import Storage

/// `drawbridge account disable`.
struct AccountDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Shut an account out at once: its sessions and everything it granted end.")

    @Argument(help: "The user name.")
    var username: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let account = try await folder.account(username)
            try await folder.accounts.setStatus(.disabled, of: account.account.id)
            try output.show(AccountRecord(try await folder.account(username)))
        }
    }
}
