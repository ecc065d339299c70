import OAuth

/// What an ID token of ours says about whose session it came from (OIDC Core §3.1.2.1, RP-Initiated Logout §2).
struct IDTokenHint: Sendable {
    let issuer: String
    let subject: String
    /// The client it was made for.
    let audience: String
    let sessionName: String?
}

extension IDTokenHint: JSONReadable {
    init(reading members: JSONMembers) throws(JSONFlaw) {
        issuer = try members.text("iss")
        subject = try members.text("sub")
        audience = try members.text("aud")
        sessionName = try members.optionalText("sid")
    }
}

extension BrokerEnvironment {
    /// What `token` says, if it is an ID token of ours; that it has expired does not matter to a hint.
    func idTokenHint(of token: Secret) -> IDTokenHint? {
        guard let hint = signingKeys.idTokenHint(of: token), hint.issuer == issuer.value else { return nil }
        return hint
    }
}
