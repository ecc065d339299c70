import ArgumentParser

/// `drawbridge client token`: who may let clients register themselves.
struct ClientTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Give, list and take back tokens with which clients register themselves.",
        discussion: """
            An initial access token (RFC 7591) goes to whoever deploys a service; with it the service registers itself at \
            /oauth2/register. Such a client always asks people for consent, and gets no more than the token says.
            """,
        subcommands: [ClientTokenCreateCommand.self, ClientTokenListCommand.self, ClientTokenRevokeCommand.self])
}
