import ArgumentParser

/// `drawbridge provider`: the upstream identity providers.
struct ProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider",
        abstract: "List the identity providers, and check what is wrong with one.",
        subcommands: [ProviderListCommand.self, ProviderCheckCommand.self])
}
