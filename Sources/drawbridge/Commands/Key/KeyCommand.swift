import ArgumentParser

/// `drawbridge key`: the keys that sign tokens.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "List, rotate and retire the keys that sign tokens.",
        discussion: """
            A rotated key stays published until it is retired, so that what it signed can still be verified. A running \
            `serve` takes over a change within seconds.
            """,
        subcommands: [KeyListCommand.self, KeyRotateCommand.self, KeyRetireCommand.self])
}
