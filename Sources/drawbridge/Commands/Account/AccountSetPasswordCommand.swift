import ArgumentParser
import Broker
import Storage

/// `drawbridge account set-password`.
struct AccountSetPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-password", abstract: "Give an account a new password; its sessions end.")

    @Argument(help: "The user name.")
    var username: String

    @OptionGroup var password: PasswordOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let account = try await folder.account(username)
            try await folder.accounts.setPassword(try password.read(), of: account.account.id)
            try output.show(AccountRecord(try await folder.account(username)))
        }
    }
}
