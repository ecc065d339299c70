package import OAuth

/// Where a claim here comes from.
package enum ClaimRule: Sendable, Hashable {
    /// The same for everybody.
    case constant(JSONValue)
    /// What the path finds; else the provider's own claim of that name; else the default.
    case taken(ClaimPath, default: JSONValue?)
    /// What the path finds, translated; else the default. The provider's own claim of that name never gets past it.
    case translated(ClaimPath, ClaimTranslation, default: JSONValue?)

    fileprivate func value(in said: [String: JSONValue], own: JSONValue?) -> JSONValue? {
        switch self {
        case .constant(let value): value
        case .taken(let path, let standard): path.value(in: said) ?? own ?? standard
        case .translated(let path, let translation, let standard):
            path.value(in: said).flatMap(translation.value) ?? standard
        }
    }
}

/// Which claims of a provider become which claims here (`claims` in the provider file).
package struct ClaimMapping: Sendable, Hashable {
    private var rules: [String: ClaimRule]

    package init(_ rules: [String: ClaimRule] = [:]) {
        self.rules = rules
    }

    /// The claims it makes, in order.
    package var names: [String] { rules.keys.sorted() }

    /// Claims that are taken over under their own names: OpenID Connect's own, `groups`, and Google's `hd`. Roles are
    /// this deployment's, so only a mapping gives them.
    private static let usual = Set(ScopeCatalogue.standard.claims).union(["hd"]).subtracting(["roles"])

    /// The claims about the person among all that a provider said.
    package func person(from said: [String: JSONValue]) -> PersonClaims {
        var values = said.filter { Self.usual.contains($0.key) }
        for (name, rule) in rules {
            values[name] = rule.value(in: said, own: values[name])
        }
        values = values.filter { PersonClaims.allows($0.value, as: $0.key) }
        for (name, flag) in PersonClaims.vouched {
            // What the provider vouched for was its own value, not the one mapped over it.
            if values[name] != said[name], rules[flag] == nil { values[flag] = nil }
            // Some providers write these as strings (Cognito's userinfo, Apple).
            if let value = values[flag] { values[flag] = .bool(value.lenientBool ?? false) }
        }
        return PersonClaims(values)
    }
}
