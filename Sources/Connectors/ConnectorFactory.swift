import OAuth

/// Makes providers out of their files: the one place that knows which connector belongs to which kind.
package struct ConnectorFactory: Sendable {
    private let makeTransport: @Sendable (ProviderDefinition) -> any UpstreamTransport

    /// A factory whose connectors speak HTTP, each provider through clients and within limits of its own.
    package init(network: UpstreamNetwork) {
        self.init { network.transport(to: $0) }
    }

    /// A factory whose connectors ask through what `makeTransport` makes, once per provider.
    package init(makeTransport: @escaping @Sendable (ProviderDefinition) -> any UpstreamTransport) {
        self.makeTransport = makeTransport
    }

    /// The provider that `file` describes; nothing upstream is asked yet.
    package func provider(for file: ProviderFile) -> Provider {
        switch file {
        case .usable(let definition):
            return provider(for: definition)
        case .unusable(let heading, let reason):
            return Provider(
                id: heading.id, name: heading.name, kind: heading.kind, way: heading.way, admission: AdmissionRule(),
                state: state(of: heading, unusable: reason))
        }
    }

    private func provider(for definition: ProviderDefinition) -> Provider {
        func provider(
            _ state: Provider.State, reach: @escaping @Sendable () -> UpstreamAvailability = { .available }
        ) -> Provider {
            Provider(
                id: definition.id, name: definition.name, kind: definition.kind, way: definition.way,
                admission: definition.admission, linking: definition.linking, endings: definition.endings,
                custody: definition.custody, contextClasses: definition.contextClasses, state: state, reach: reach)
        }
        switch definition.activity {
        case .disabled: return provider(.disabled)
        case .enabled: break
        }
        guard let connect = Self.connection(to: definition.upstream) else { return provider(.local) }
        let transport = makeTransport(definition)
        return provider(.ready(connect(transport)), reach: { transport.availability })
    }

    /// How to make the connector that speaks through a transport; nil for local accounts, which none leads to.
    private static func connection(
        to upstream: ProviderDefinition.Upstream
    ) -> ((any UpstreamTransport) -> any Connector)? {
        switch upstream {
        case .local: nil
        case .oidc(let settings, let kind): { OIDCConnector(settings, dialect: kind.dialect, transport: $0) }
        case .cognito(let settings): { CognitoConnector(settings, transport: $0) }
        case .oauth2(let settings): { OAuth2Connector(settings, transport: $0) }
        case .gitHub(let settings): { GitHubConnector(settings, transport: $0) }
        case .facebook(let settings): { FacebookConnector(settings, transport: $0) }
        case .header(let settings): { _ in HeaderConnector(settings: settings) }
        }
    }

    private func state(of heading: ProviderDefinition.Heading, unusable reason: String) -> Provider.State {
        switch heading.activity {
        case .enabled: .misconfigured(reason: reason)
        case .disabled: .disabled
        }
    }
}
