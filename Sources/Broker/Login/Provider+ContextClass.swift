import Connectors
import OAuth

extension BrokerEnvironment {
    /// Of which class a login at `provider` is that said `acr` of itself; nil where nothing more is known.
    func contextClass(saying acr: String?, at provider: ProviderID) -> String? {
        providers.provider(provider)?.contextClasses.contextClass(saying: acr)
    }

    /// Every class that some login here can be of, for discovery.
    package var attainableContextClasses: [String] {
        providers.providers().filter(\.isUsable).reduce(into: Set<String>()) { classes, provider in
            classes.formUnion(provider.contextClasses.attainable)
        }.sorted()
    }
}

extension Provider {
    /// Whether a login here can be what `demand` insists on.
    func canAnswer(_ demand: ContextDemand?) -> Bool {
        switch demand?.weight {
        case nil, .voluntary: true
        case .essential: demand?.values.contains(where: contextClasses.attainable.contains) ?? true
        }
    }

    fileprivate var isUsable: Bool {
        switch state {
        case .local, .ready: true
        case .disabled, .misconfigured: false
        }
    }
}
