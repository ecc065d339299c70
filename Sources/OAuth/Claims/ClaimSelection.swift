/// Claims that a client asked for one by one, beside those of its scopes (`claims`, OIDC Core §5.5).
package struct ClaimSelection: Hashable, Sendable, Codable {
    /// For the ID token. Both lists are sorted.
    package let idToken: [String]
    /// For the userinfo endpoint.
    package let userInfo: [String]

    package static let none = ClaimSelection(idToken: [], userInfo: [])

    package init(idToken: some Sequence<String>, userInfo: some Sequence<String>) {
        self.idToken = Set(idToken).sorted()
        self.userInfo = Set(userInfo).sorted()
    }

    package var isEmpty: Bool { idToken.isEmpty && userInfo.isEmpty }

    /// Every claim in it, once.
    package var names: [String] { Set(idToken + userInfo).sorted() }

    /// Those claims of it for which `isIncluded` holds.
    package func filter(_ isIncluded: (String) -> Bool) -> ClaimSelection {
        ClaimSelection(idToken: idToken.filter(isIncluded), userInfo: userInfo.filter(isIncluded))
    }

    /// Short, because they travel in the URL of every sealed payload.
    private enum CodingKeys: String, CodingKey {
        case idToken = "i"
        case userInfo = "u"
    }
}

extension ClaimSelection: JSONWritable, JSONReadable {
    package func write(to json: inout JSONWriter) {
        json.add("i", idToken)
        json.add("u", userInfo)
    }

    package init(reading members: JSONMembers) throws(JSONFlaw) {
        self.init(idToken: try members.texts("i"), userInfo: try members.texts("u"))
    }
}

extension ScopeCatalogue {
    /// Whether some scope of `scope` releases `claim`.
    package func releases(_ claim: String, by scope: Scope) -> Bool {
        entries(of: scope).contains { $0.claims.contains(claim) }
    }

    /// What of `selection` counts for a client that may ask for `allowed` and did ask for `scope`: only what a scope that
    /// it may ask for would release, and what those it did ask for do not release already.
    package func counting(
        _ selection: ClaimSelection, allowed: Scope, beside scope: Scope
    ) -> ClaimSelection {
        selection.filter { releases($0, by: allowed) && !releases($0, by: scope) }
    }

    /// What is released of `person` to a client that asked for `claims` one by one and may ask for `allowed`.
    ///
    /// A claim all of whose scopes demand something that the person does not meet, or no longer, is not.
    package func released(_ person: PersonClaims, claims: [String], allowed: Scope) -> PersonClaims {
        guard !claims.isEmpty else { return PersonClaims() }
        let available = released(person, by: allowed)
        return PersonClaims(available.values.filter { claims.contains($0.key) })
    }
}
