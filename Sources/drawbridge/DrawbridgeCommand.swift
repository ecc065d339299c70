import ArgumentParser

/// The program: `drawbridge <command>`.
@main
struct DrawbridgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drawbridge",
        abstract: "A federation broker: services log people in here, whoever really knows them.",
        discussion: """
            Start with `drawbridge demo` to see a sample city log in, or with `drawbridge serve` to run a broker of \
            your own: it needs no configuration to start.

            EXIT STATUS:
              0   done
              1   could not be done; standard error says what and where
              2   a check found something that will not work
              64  wrong usage: an option or variable that cannot be
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, DemoCommand.self, ClientCommand.self, AccountCommand.self, ProviderCommand.self,
            ScopeCommand.self, KeyCommand.self, AuditCommand.self,
        ]
    )

    /// Runs the command and explains every failure in one sentence.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let flaw as ConfigurationFlaw {
            LogOutput.standardError.write("Error: \(flaw)\n")
            exit(withError: ExitCode.validationFailure)
        } catch {
            exit(withError: Complaint.explaining(error))
        }
    }
}
