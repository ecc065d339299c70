import ArgumentParser
import Broker
import Storage

/// `drawbridge account enable`.
struct AccountEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a disabled account in again.")

    @Argument(help: "The user name.")
    var username: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let account = try await folder.account(username)
            try await folder.accounts.setStatus(.active, of: account.account.id)
            try output.show(AccountRecord(try await folder.account(username)))
        }
    }
}
