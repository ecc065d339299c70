/// Which kind of OpenID provider it is, with what only that kind's file says.
package enum OpenIDKind: Sendable, Hashable {
    /// Any provider that does as OpenID Connect says.
    case standard

    package var kind: ProviderKind {
        switch self {
        case .standard: .oidc
        }
    }

    var dialect: any OpenIDDialect {
        switch self {
        case .standard: StandardDialect()
        }
    }
}
