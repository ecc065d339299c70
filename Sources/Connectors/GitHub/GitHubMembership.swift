/// Where a person has to belong to be let in (`allow.organizations` and `allow.teams` in the provider file).
///
/// Every list that is there must be met, by one of its entries; GitHub compares these names without regard to case.
package struct GitHubMembership: Sendable, Hashable {
    /// In lower case.
    let organizations: Set<String>
    /// `organization/team`, in lower case.
    let teams: Set<String>

    package init(organizations: some Sequence<String> = [], teams: some Sequence<String> = []) {
        self.organizations = Set(organizations.map { $0.lowercased() })
        self.teams = Set(teams.map { $0.lowercased() })
    }

    /// The scope without which GitHub does not tell.
    var scope: [String] { organizations.isEmpty && teams.isEmpty ? [] : ["read:org"] }
}
