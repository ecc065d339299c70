import Connectors
import OAuth

/// For what a token is wanted.
enum ExchangeTarget: Sendable {
    /// For a provider: its own token.
    case provider(ProviderID)
    /// For resources that know this broker's tokens; for none in particular if there are none.
    case resources([ResourceIndicator])
}

extension BrokerEnvironment {
    /// What `request` names. A provider goes by its id as `audience`, or by its address here as `resource`; whatever else
    /// is a resource, under either name.
    func target(of request: TokenExchangeRequest) throws(ExchangeRefusal.Cause) -> ExchangeTarget {
        var named: [ProviderID] = []
        var resources: [ResourceIndicator] = []
        for audience in request.audiences {
            if let id = ProviderID(validating: audience), providers.provider(id) != nil {
                named.append(id)
            } else if let resource = ResourceIndicator(audience) {
                resources.append(resource)
            } else {
                throw .unknownTarget
            }
        }
        let prefix = "\(issuer)/login/"
        for resource in request.resources {
            guard resource.value.hasPrefix(prefix) else {
                resources.append(resource)
                continue
            }
            guard let id = ProviderID(validating: String(resource.value.dropFirst(prefix.count))),
                providers.provider(id) != nil
            else { throw .unknownTarget }
            named.append(id)
        }
        guard let provider = named.first else { return .resources(resources) }
        guard named.allSatisfy({ $0 == provider }), resources.isEmpty else { throw .severalTargets }
        return .provider(provider)
    }
}
