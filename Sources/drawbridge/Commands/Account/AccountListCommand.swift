import ArgumentParser
import Broker

/// `drawbridge account list`.
struct AccountListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the local accounts.")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let accounts = try await folder.accounts.accounts()
            try output.show(AnswerList(accounts.map(AccountRecord.init), text: AccountRecord.table(accounts)))
        }
    }
}
