/// A way in which the GitHub-shaped side alone misbehaves.
package enum GitHubFault: Hashable, Sendable, CaseIterable {
    /// `/user` is about somebody else than the token.
    case anotherPerson
    /// `/user` says no id.
    case missingID
    /// `/user/emails` answers 403, as to an application without the scope.
    case addressesForbidden
    /// Organisations and teams answer 403.
    case membershipForbidden
    /// The API answers 403 and says that too much was asked.
    case throttled
    /// A check of a token names another application.
    case anotherApplication
    /// Every list has a next page, for ever.
    case endlessLists
}
