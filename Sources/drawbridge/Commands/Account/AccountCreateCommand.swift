import ArgumentParser
import Broker
import Storage

/// `drawbridge account create`.
struct AccountCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a local account.",
        discussion: """
            The password is asked for, or read from standard input with --password-stdin.

            EXAMPLES:
              drawbridge account create --username jana --name "Jana Nová" \\
                --email jana@city.example --verified --claim identity_verified=true
              pass show jana | drawbridge account create --username jana --password-stdin
            """)

    @Option(help: ArgumentHelp("What the person types to log in; compared without regard to case.", valueName: "name"))
    var username: String

    @Option(help: ArgumentHelp("The e-mail address.", valueName: "address"))
    var email: String?

    @Option(help: ArgumentHelp("The person's name.", valueName: "name"))
    var name: String?

    @Flag(help: "You vouch for the e-mail address: services see email_verified.")
    var verified = false

    @Option(
        help: ArgumentHelp(
            "Something more about the person; the value is JSON, or else text. Repeat it for several.",
            valueName: "name=value"))
    var claim: [ClaimArgument] = []

    @OptionGroup var password: PasswordOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration(), .creating) { folder in
            let taken = Complaint("the user name \(LogText.oneLine(username)) is taken")
            // Before anybody has to type a password for nothing.
            guard try await folder.accounts.account(userName: username) == nil else { throw taken }
            try AccountRegistry.check(userName: username, email: email, name: name)
            let account = AccountRegistry.NewAccount(
                userName: username, email: email, emailStanding: verified ? .verified : .unverified, name: name,
                password: .plain(try password.read()), claims: claim.claims)
            do {
                try output.show(AccountRecord(try await folder.accounts.create(account)))
            } catch StoreError.conflict {
                throw taken
            }
        }
    }
}
