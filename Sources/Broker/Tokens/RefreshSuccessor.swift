import Connectors
import OAuth

/// What one refresh led to, kept sealed for the grace window so that every caller in it gets the same.
///
/// Its envelope's context is the grant. An object, as ``CodeAttempt`` is: all who wait for it share it.
final class RefreshSuccessor: Sendable, JSONWritable, JSONReadable {
    let refreshToken: Secret
    /// What the client's tokens carry.
    let upstream: UpstreamTokens?
    /// What the vault had for the client, which its tokens do not carry.
    let vaulted: UpstreamTokens?

    init(refreshToken: Secret, upstream: UpstreamTokens?, vaulted: UpstreamTokens?) {
        self.refreshToken = refreshToken
        self.upstream = upstream
        self.vaulted = vaulted
    }

    init(reading members: JSONMembers) throws(JSONFlaw) {
        refreshToken = Secret(try members.text("r"))
        upstream = try members.optional("u")
        vaulted = try members.optional("v")
    }

    func write(to json: inout JSONWriter) {
        json.add("r", refreshToken.reveal())
        json.add("u", upstream)
        json.add("v", vaulted)
    }
}
