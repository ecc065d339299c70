extension ClientMetadata {
    /// Where the client wants to hear of a logout, as registered (OIDC Back-Channel Logout §2.2).
    func checkedBackChannelLogout() throws(Flaw) -> LogoutChannel? {
        try Self.channel(
            backChannelLogoutURI, sessionRequired: backChannelLogoutSessionRequired, as: "backchannel_logout")
    }

    /// What the client wants loaded in the browser that has logged out (OIDC Front-Channel Logout §2): an address of the
    /// origin of one of its redirect URIs.
    func checkedFrontChannelLogout(_ redirects: [RedirectURI]) throws(Flaw) -> LogoutChannel? {
        let member = "frontchannel_logout_uri"
        guard
            let channel = try Self.channel(
                frontChannelLogoutURI, sessionRequired: frontChannelLogoutSessionRequired, as: "frontchannel_logout")
        else { return nil }
        guard redirects.contains(where: { WebOrigin(of: $0.value)?.value == channel.origin }) else {
            throw Flaw(member, "must have scheme, host and port of one of the redirect_uris")
        }
        // A Content-Security-Policy cannot spell an IPv6 address (CSP Level 3 §2.3.1 host-source).
        guard !channel.origin.contains("[") else { throw Flaw(member, "must not have an IPv6 address for a host") }
        return channel
    }

    private static func channel(
        _ uri: String?, sessionRequired: Bool?, as prefix: String
    ) throws(Flaw) -> LogoutChannel? {
        guard let uri else {
            guard sessionRequired == nil else {
                throw Flaw("\(prefix)_session_required", "means nothing without \(prefix)_uri")
            }
            return nil
        }
        do throws(LogoutChannel.Flaw) {
            return try LogoutChannel(uri, session: sessionRequired == true ? .required : .optional)
        } catch {
            throw Flaw("\(prefix)_uri", "\(uri) \(error.explanation)")
        }
    }
}
