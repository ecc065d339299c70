import ArgumentParser

/// `drawbridge account`: the accounts that log in here with a password.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Create, list and change local accounts.",
        discussion: "All of these work while `serve` is running, and take effect at once.",
        subcommands: [
            AccountCreateCommand.self, AccountListCommand.self, AccountDisableCommand.self, AccountEnableCommand.self,
            AccountSignOutCommand.self, AccountSetPasswordCommand.self, AccountSetClaimCommand.self,
            AccountImportCommand.self,
        ])
}
