import ArgumentParser
import Connectors

/// `drawbridge provider enable`.
struct ProviderEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Switch a provider on again.",
        discussion: #"Writes "enabled": true into the provider's file and leaves the rest of it as it is."#)

    @OptionGroup var target: ProviderSwitchOptions

    func run() async throws { try target.turn(.enabled) }
}
