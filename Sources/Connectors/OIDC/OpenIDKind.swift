/// Which kind of OpenID provider it is, with what only that kind's file says.
package enum OpenIDKind: Sendable, Hashable {
    /// Any provider that does as OpenID Connect says.
    case standard
    case google(GoogleDialect)
    case microsoft(MicrosoftDialect)
    case apple
    case linkedIn
    case gitLab

    package var kind: ProviderKind {
        switch self {
        case .standard: .oidc
        case .google: .google
        case .microsoft: .microsoft
        case .apple: .apple
        case .linkedIn: .linkedIn
        case .gitLab: .gitLab
        }
    }

    var dialect: any OpenIDDialect {
        switch self {
        case .standard: StandardDialect()
        case .google(let dialect): dialect
        case .microsoft(let dialect): dialect
        case .apple: AppleDialect()
        case .linkedIn: LinkedInDialect()
        case .gitLab: GitLabDialect()
        }
    }
}
