import ArgumentParser

/// `drawbridge key`: the keys that sign tokens.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "List, rotate and retire the keys that sign tokens.",
        discussion: """
            A key is published before it signs, and stays published until what it signed has expired. A running `serve` \
            moves the keys on by itself (--signing-key-lifetime), and takes over a change within seconds.
            """,
        subcommands: [KeyListCommand.self, KeyRotateCommand.self, KeyRetireCommand.self])
}
