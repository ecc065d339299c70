import ArgumentParser

/// `drawbridge client`: the services that log people in here.
struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Register, show, change and remove clients: the services that log people in here.",
        discussion: "All of these work while `serve` is running, and take effect at once.",
        subcommands: [
            ClientCreateCommand.self, ClientImportCommand.self, ClientListCommand.self, ClientShowCommand.self,
            ClientRotateSecretCommand.self, ClientDeleteCommand.self, ClientCheckCommand.self,
            ClientTokenCommand.self,
        ])
}
