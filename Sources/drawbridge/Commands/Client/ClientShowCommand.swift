import ArgumentParser

/// `drawbridge client show`.
struct ClientShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one client's registration.")

    @Argument(help: "The client_id.")
    var id: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            try output.show(ClientRecord(try await folder.client(id)))
        }
    }
}
