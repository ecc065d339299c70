import ArgumentParser

/// `drawbridge scope list`.
struct ScopeListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the scopes, the claims they release, and what they demand.",
        discussion: "A file of scopes that cannot be used is reported with its line and key, and the status is 1.")

    @OptionGroup var scopes: ScopeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try output.show(ScopeRecord.list(try scopes.location().catalogue()))
    }
}
