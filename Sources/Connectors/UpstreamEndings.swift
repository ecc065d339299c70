/// What is ended at a provider when something ends here (`logout` and `revocation` in the provider file).
package struct UpstreamEndings: Sendable, Hashable {
    package var logout: Logout
    package var revocation: Revocation

    /// How far a logout reaches.
    package enum Logout: String, Sendable, CaseIterable {
        /// The session here, and nothing else: the person stays logged in at the provider.
        case local
        /// The browser is sent to the provider's own logout as well.
        case upstream
    }

    /// Whether upstream tokens are revoked when their grant ends before its time.
    package enum Revocation: String, Sendable, CaseIterable {
        case whereOffered = "where_offered"
        /// For providers that end more than the one token, such as everything the person ever allowed this broker.
        case never
    }

    package init(logout: Logout = .local, revocation: Revocation = .whereOffered) {
        self.logout = logout
        self.revocation = revocation
    }
}

extension UpstreamEndings {
    /// Reads `logout` and `revocation`.
    init(_ object: ProviderFileObject, of kind: ProviderKind) throws(ProviderFileProblem) {
        self.init(
            logout: try object.word("logout", Logout.self) ?? .local,
            revocation: try object.word("revocation", Revocation.self) ?? kind.usualRevocation)
    }
}

extension ProviderKind {
    /// Google and Apple end everything the person ever allowed this broker, not one login.
    fileprivate var usualRevocation: UpstreamEndings.Revocation {
        switch self {
        case .google, .apple, .facebook, .local, .header: .never
        case .oidc, .cognito, .oauth2, .gitHub, .microsoft, .linkedIn, .gitLab: .whereOffered
        }
    }
}
