import ArgumentParser
import Broker
import OAuth

/// `drawbridge account set-claim`.
struct AccountSetClaimCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-claim",
        abstract: "Say something more about a person, or take it back.",
        discussion: """
            The value is JSON, or else text: true is true, and "true" in quotes is text. Services see the claim if a scope \
            releases it to them, from their next token or userinfo answer on.

            EXAMPLES:
              drawbridge account set-claim jana identity_verified true
              drawbridge account set-claim jana roles '["administrator"]'
              drawbridge account set-claim jana identity_verified --remove
            """)

    @Argument(help: "The user name.")
    var username: String

    @Argument(help: "The claim.")
    var claim: String

    @Argument(help: "Its value.")
    var value: ClaimValue?

    @Flag(help: "Take the claim away.")
    var remove = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (value == nil) == remove else {
            throw ValidationError("Give the claim a value, or take it away with --remove.")
        }
    }

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let account = try await folder.account(username)
            try await folder.accounts.setClaims([claim: value?.value ?? .null], of: account)
            try output.show(AccountRecord(try await folder.account(username)))
        }
    }
}
