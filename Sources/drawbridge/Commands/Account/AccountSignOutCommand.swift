import ArgumentParser
import Broker
import Storage

/// `drawbridge account sign-out`.
struct AccountSignOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-out",
        abstract: "Sign a person out everywhere: all sessions and everything granted end, and the clients are told.")

    @Argument(help: "The user name.")
    var username: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let account = try await folder.account(username)
            try await folder.accounts.signOut(account.account.id)
            try output.show(AccountRecord(account))
        }
    }
}
