import ArgumentParser
import Broker

/// `drawbridge client token list`.
struct ClientTokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens with which clients register themselves.")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            try output.show(InitialAccessRecord.list(try await folder.initialAccess.given()))
        }
    }
}
