import OAuth

/// Makes providers out of their files: the one place that knows which connector belongs to which kind.
package struct ConnectorFactory: Sendable {
    private let makeTransport: @Sendable () -> any UpstreamTransport

    /// A factory whose connectors speak HTTP, each provider within limits of its own.
    package init(clients: UpstreamClients, limits: UpstreamHTTP.Limits = UpstreamHTTP.Limits()) {
        self.init { UpstreamHTTP(clients, limits: limits) }
    }

    /// A factory whose connectors ask through what `makeTransport` makes, once per provider.
    package init(makeTransport: @escaping @Sendable () -> any UpstreamTransport) {
        self.makeTransport = makeTransport
    }

    /// The provider that `file` describes; nothing upstream is asked yet.
    package func provider(for file: ProviderFile) -> Provider {
        switch file {
        case .usable(let definition):
            Provider(
                id: definition.id, name: definition.name, kind: definition.kind, way: definition.way,
                admission: definition.admission, linking: definition.linking, state: state(of: definition))
        case .unusable(let heading, let reason):
            Provider(
                id: heading.id, name: heading.name, kind: heading.kind, way: heading.way, admission: AdmissionRule(),
                state: state(of: heading, unusable: reason))
        }
    }

    private func state(of definition: ProviderDefinition) -> Provider.State {
        switch (definition.activity, definition.upstream) {
        case (.disabled, _): .disabled
        case (.enabled, .local): .local
        case (.enabled, .oidc(let settings, let kind)):
            .ready(OIDCConnector(settings, dialect: kind.dialect, transport: makeTransport()))
        case (.enabled, .cognito(let settings)): .ready(CognitoConnector(settings, transport: makeTransport()))
        case (.enabled, .oauth2(let settings)): .ready(OAuth2Connector(settings, transport: makeTransport()))
        case (.enabled, .gitHub(let settings)): .ready(GitHubConnector(settings, transport: makeTransport()))
        case (.enabled, .facebook(let settings)): .ready(FacebookConnector(settings, transport: makeTransport()))
        }
    }

    private func state(of heading: ProviderDefinition.Heading, unusable reason: String) -> Provider.State {
        switch heading.activity {
        case .enabled: .misconfigured(reason: reason)
        case .disabled: .disabled
        }
    }
}
