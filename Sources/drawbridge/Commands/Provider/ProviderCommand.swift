import ArgumentParser

/// `drawbridge provider`: the upstream identity providers.
struct ProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider",
        abstract: "Add, list, check, switch off and switch on identity providers.",
        discussion: """
            A provider is one file in the folder of provider files. These commands change the file and nothing else; a \
            running broker follows within seconds.
            """,
        subcommands: [
            ProviderAddCommand.self, ProviderListCommand.self, ProviderCheckCommand.self, ProviderDisableCommand.self,
            ProviderEnableCommand.self,
        ])
}
