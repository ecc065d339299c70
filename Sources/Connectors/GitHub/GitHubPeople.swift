import OAuth

/// Who somebody is at GitHub, and whether they belong where they have to.
struct GitHubPeople: PersonSource {
    let api: GitHubAPI
    let membership: GitHubMembership
    let addresses: GitHubAddresses

    func person(with accessToken: Secret) async throws(ConnectorError) -> UpstreamPerson {
        let user = try await api.user(with: accessToken)
        // The login can be changed, and then taken by somebody else; the number cannot.
        guard case .integer(let number)? = user["id"] else { throw .untrusted(.subjectMissing) }
        try await requireMembership(with: accessToken)
        let primary = try await api.addresses(with: accessToken).first(where: \.primary)
        return UpstreamPerson(subject: String(number), said: claims(from: user, primary))
    }

    private func requireMembership(with accessToken: Secret) async throws(ConnectorError) {
        if !membership.organizations.isEmpty {
            guard try await api.belongs(toAnyOf: membership.organizations, with: accessToken) else {
                throw .notAdmitted(reason: "not_in_organization")
            }
        }
        if !membership.teams.isEmpty {
            guard try await api.belongs(toAnyTeamOf: membership.teams, with: accessToken) else {
                throw .notAdmitted(reason: "not_in_team")
            }
        }
    }

    /// GitHub's own members stay for paths of the provider file, but for those whose OpenID names mean something else.
    private func claims(from user: [String: JSONValue], _ primary: GitHubAPI.Address?) -> [String: JSONValue] {
        var said = user
        said["preferred_username"] = user["login"]
        said["picture"] = user["avatar_url"]
        said["profile"] = user["html_url"]
        // The address on the profile is whichever the person likes to show; the time is not a number there.
        for name in ["email", "email_verified", "updated_at"] { said[name] = nil }
        guard let primary else { return said }
        switch addresses {
        case .verifiedThere:
            guard primary.verified else { return said }
            said["email_verified"] = true
        case .unverified: said["email_verified"] = false
        case .vouchedFor: said["email_verified"] = true
        }
        said["email"] = .string(primary.email)
        return said
    }
}
