/// Sealed secrets that are made once and then kept for as long as the installation lasts.
package protocol LastingSecretStore: Sendable {
    /// What is kept as `name`, sealed; nil if nothing is yet.
    func lastingSecret(_ name: LastingSecretName) async throws -> String?

    /// Keeps `sealed` as `name` unless something is kept already; what is kept now.
    func keepLastingSecret(_ sealed: String, as name: LastingSecretName) async throws -> String

    /// Puts `sealed`, the same secret under another key, in the place of `old`; false, and nothing changed, if `old` is
    /// not what is kept.
    func replaceLastingSecret(_ old: String, with sealed: String, as name: LastingSecretName) async throws -> Bool
}

/// What a lasting secret is for. The raw value is stored.
package enum LastingSecretName: String, Sendable, CaseIterable {
    /// The names by which only one sector knows people (OIDC Core §8.1).
    case pairwise
}
