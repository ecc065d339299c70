import ArgumentParser
import Connectors

/// `drawbridge provider disable`.
struct ProviderDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Switch a provider off, also for logins that are half-way.",
        discussion: """
            Writes "enabled": false into the provider's file and leaves the rest of it as it is. What the provider's \
            people hold already, codes and refresh tokens included, is worth nothing while it is off.
            """)

    @OptionGroup var target: ProviderSwitchOptions

    func run() async throws { try target.turn(.disabled) }
}
