import ArgumentParser

/// `drawbridge scope`: what clients may ask for.
struct ScopeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scope",
        abstract: "List the scopes and what they release.",
        subcommands: [ScopeListCommand.self])
}
