extension ClientMetadata {
    /// Where the client wants to hear of a logout, as registered (OIDC Back-Channel Logout §2.2).
    func checkedBackChannelLogout() throws(Flaw) -> LogoutChannel? {
        try Self.channel(
            backChannelLogoutURI, sessionRequired: backChannelLogoutSessionRequired, as: "backchannel_logout")
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
