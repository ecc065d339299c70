/// The most that a client may have that registers itself: what the operator said when they let it.
package struct RegistrationCeiling: Sendable, Hashable {
    package let scope: Scope
    package let providers: Client.ProviderRule

    package init(scope: Scope = Client.standardScope, providers: Client.ProviderRule = .any) {
        self.scope = scope
        self.providers = providers
    }
}

extension ClientMetadata {
    /// The metadata under `ceiling`: what it does not say is the ceiling's, and what goes beyond it is refused.
    package func limited(to ceiling: RegistrationCeiling) throws(Flaw) -> ClientMetadata {
        var limited = self
        if let scope {
            guard let asked = Scope(parsing: scope), ceiling.scope.isSuperset(of: asked) else {
                throw Flaw("scope", "may be no more than " + ceiling.scope.wireValue)
            }
        } else {
            limited.scope = ceiling.scope.wireValue
        }
        switch ceiling.providers {
        case .any: break
        case .only(let accepted):
            let names = accepted.map(\.rawValue)
            guard (providers ?? names).allSatisfy(names.contains) else {
                throw Flaw("providers", "may be no others than " + names.joined(separator: ", "))
            }
            limited.providers = providers ?? names
        }
        return limited
    }
}
