/// The scopes of a deployment, and the only place that says which claims each of them releases (OIDC Core §5.4).
package struct ScopeCatalogue: Sendable, Hashable {
    /// In the order in which discovery lists them.
    package let entries: [ScopeEntry]
    private let byName: [String: ScopeEntry]
    /// Those that demand something of the person.
    private let demanding: [String: ScopeEntry]
    /// By claim, those that release it.
    private let releasing: [String: [ScopeEntry]]

    /// Of entries of the same name the last counts, in the place of the first.
    package init(_ entries: [ScopeEntry]) {
        let byName = Dictionary(entries.map { ($0.name, $0) }) { _, last in last }
        self.byName = byName
        demanding = byName.filter { $0.value.demand != nil }
        self.entries = Scope(entries.map(\.name)).tokens.compactMap { byName[$0] }
        releasing = self.entries.reduce(into: [:]) { releasing, entry in
            for claim in entry.claims { releasing[claim, default: []].append(entry) }
        }
    }

    /// The standard scopes with `own` put over them, or after them.
    package func adding(_ own: [ScopeEntry]) -> ScopeCatalogue { ScopeCatalogue(entries + own) }

    /// The scope called `name`, if it is defined here.
    package subscript(name: String) -> ScopeEntry? { byName[name] }

    /// The scopes of `scope` as they are defined here; those that are not are a service's own, and release nothing.
    package func entries(of scope: Scope) -> [ScopeEntry] {
        scope.tokens.map { byName[$0] ?? ScopeEntry(name: $0) }
    }

    /// Every claim that some scope releases, in order.
    package var claims: [String] { Set(entries.flatMap(\.claims)).sorted() }

    /// What `scope` releases of `person`. A scope whose demand is not met, or no longer, releases nothing.
    package func released(_ person: PersonClaims, by scope: Scope) -> PersonClaims {
        // By what is known of the person, which is mostly less than what there could be.
        PersonClaims(
            person.values.filter { claim, _ in
                releasing[claim]?.contains { scope.contains($0.name) && $0.isMet(by: person) } ?? false
            })
    }

    /// The scopes of `scope` whose demand `person` does not meet.
    package func unmet(in scope: Scope, by person: PersonClaims) -> [ScopeEntry] {
        scope.tokens.compactMap { demanding[$0] }.filter { !$0.isMet(by: person) }
    }

    /// `scope` without those whose demand `person` does not meet.
    package func granted(_ scope: Scope, to person: PersonClaims) -> Scope {
        let unmet = unmet(in: scope, by: person)
        guard !unmet.isEmpty else { return scope }
        return Scope(scope.tokens.filter { token in !unmet.contains { $0.name == token } })
    }
}

extension ScopeCatalogue {
    /// The scopes every deployment has (OIDC Core §5.4, §11); `groups` and `roles` are the field's common additions.
    package static let standard = ScopeCatalogue([
        ScopeEntry(name: Scope.openid),
        ScopeEntry(
            name: "profile",
            claims: [
                "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile",
                "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
            ]),
        ScopeEntry(name: "email", claims: ["email", "email_verified"]),
        ScopeEntry(name: "phone", claims: ["phone_number", "phone_number_verified"]),
        ScopeEntry(name: "address", claims: ["address"]),
        ScopeEntry(name: "groups", claims: ["groups"]),
        ScopeEntry(name: "roles", claims: ["roles"]),
        ScopeEntry(name: Scope.offlineAccess),
    ])
}
