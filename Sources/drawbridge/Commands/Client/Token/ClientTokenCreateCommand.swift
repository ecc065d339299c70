import ArgumentParser
import Broker
import OAuth

/// `drawbridge client token create`.
struct ClientTokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token with which clients register themselves.",
        discussion: """
            EXAMPLES:
              drawbridge client token create --note "Parks department, staging"
              drawbridge client token create --uses 10 --expires-in 30d \\
                --scope "openid profile" --provider google
            """)

    @Option(help: ArgumentHelp("How many clients may be registered with it.", valueName: "number"))
    var uses = 1

    @Option(help: ArgumentHelp("How long it counts, such as 12h or 7d.", valueName: "time"))
    var expiresIn = DurationArgument.week

    @Option(
        help: ArgumentHelp(
            "The most that such a client may ask for. Default: \(Client.standardScope.wireValue).", valueName: "scope"))
    var scope: [String] = []

    @Option(
        help: ArgumentHelp("A provider such a client may accept; repeat it for several. Default: any.", valueName: "id")
    )
    var provider: [String] = []

    @Option(help: ArgumentHelp("For whom it is, for your own memory.", valueName: "text"))
    var note = ""

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(uses) else { throw ValidationError("--uses is a number from 1 to 10000.") }
        guard note.utf8.count <= 200, !note.contains(where: \.isNewline) else {
            throw ValidationError("--note is one line of at most 200 bytes.")
        }
    }

    func run() async throws {
        let order = InitialAccessDesk.Order(
            note: note, ceiling: try ceiling(), uses: uses, lifetime: expiresIn.seconds)
        try await DataFolder.with(data.configuration(), .creating) { folder in
            let given = try await folder.initialAccess.give(order)
            try output.show(InitialAccessRecord(given.access, token: given.token))
        }
    }

    private func ceiling() throws -> RegistrationCeiling {
        var allowed = Client.standardScope
        if !scope.isEmpty {
            guard let parsed = Scope(parsing: scope.joined(separator: " ")) else {
                throw Complaint("--scope holds a character that is not allowed in a scope")
            }
            allowed = parsed
        }
        guard !provider.isEmpty else { return RegistrationCeiling(scope: allowed) }
        let ids = try provider.map { text in
            guard let id = ProviderID(validating: text) else {
                throw Complaint("\(LogText.oneLine(text)) is not the name of a provider")
            }
            return id
        }
        return RegistrationCeiling(scope: allowed, providers: .only(ids))
    }
}
