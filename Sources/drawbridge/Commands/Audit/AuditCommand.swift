import ArgumentParser

/// `drawbridge audit`: the trail.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show what happened: logins, consents, tokens, changes; export it; verify that it is all there.",
        subcommands: [AuditListCommand.self, AuditExportCommand.self, AuditVerifyCommand.self],
        defaultSubcommand: AuditListCommand.self)
}
