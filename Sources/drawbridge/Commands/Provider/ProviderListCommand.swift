import ArgumentParser
import Connectors

/// `drawbridge provider list`.
struct ProviderListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the providers and whether they can be used.",
        discussion: "Files that are broken are reported on standard error as well.")

    @OptionGroup var providers: ProviderOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let upstreams = Upstreams(try providers.path())
        var records = upstreams.registry.providers().map(ProviderRecord.init)
        if upstreams.isFolderMissing {
            LogOutput.standardError.write("There is no folder \(upstreams.path): see --providers.\n")
        } else {
            for problem in upstreams.contents.problems { LogOutput.standardError.write("\(problem)\n") }
            records += upstreams.contents.problems.map(ProviderRecord.init)
        }
        try output.show(AnswerList(records, text: ProviderRecord.table(records)))
    }
}
