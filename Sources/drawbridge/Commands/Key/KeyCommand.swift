import ArgumentParser

/// `drawbridge key`: the keys that sign tokens, and those that seal.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "List, rotate and retire the keys that sign tokens, and the master keys that seal.",
        discussion: """
            A key is published before it signs, and stays published until what it signed has expired. A running `serve` \
            moves the keys on by itself (--signing-key-lifetime), and takes over a change within seconds.
            """,
        subcommands: [
            KeyListCommand.self, KeyRotateCommand.self, KeyRetireCommand.self, KeyListMasterCommand.self,
            KeyRotateMasterCommand.self, KeyRetireMasterCommand.self,
        ])
}
