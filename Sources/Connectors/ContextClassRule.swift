package import OAuth

/// Of which class a login at a provider is (`acr` and `acr_values` in the provider file, OIDC Core §2 `acr`).
package struct ContextClassRule: Sendable, Hashable {
    /// The class of every login that the provider says nothing about that counts; nil where nothing is known.
    package var usual: String?
    /// The class here of what the provider calls by the key. Nothing else that it says counts.
    package var named: [String: String]

    package init(usual: String? = nil, named: [String: String] = [:]) {
        self.usual = usual
        self.named = named
    }

    /// The class of a login of which the provider said `acr`; nil where nothing more is known.
    package func contextClass(saying acr: String?) -> String? {
        acr.flatMap { named[$0] } ?? usual
    }

    /// Every class that a login there can be of.
    package var attainable: Set<String> {
        Set(named.values).union([usual ?? ContextDemand.unknown])
    }

    /// What the provider calls the classes that `demand` wants, those first that are wanted the most.
    package func upstreamNames(for demand: ContextDemand) -> [String] {
        demand.values.flatMap { wanted in named.filter { $0.value == wanted }.keys.sorted() }
    }
}

extension ContextClassRule {
    /// Reads `acr` and `acr_values`.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        self.init(usual: try object.contextClass("acr"))
        guard let names = try object.object("acr_values") else { return }
        for name in names.keys {
            guard ContextDemand.isName(name) else { throw names.badContextClass(at: name) }
            named[name] = try names.contextClass(name)
        }
    }
}

extension ProviderFileObject {
    /// The name of a class under `key`.
    fileprivate func contextClass(_ key: String) throws(ProviderFileProblem) -> String? {
        guard let text = try text(key) else { return nil }
        guard ContextDemand.isName(text) else { throw badContextClass(at: key) }
        return text
    }

    fileprivate func badContextClass(at key: String) -> ProviderFileProblem {
        problem(.badValue(expected: "1 to 255 printable ASCII characters without spaces"), at: key)
    }
}
