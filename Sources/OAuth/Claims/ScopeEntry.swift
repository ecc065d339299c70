/// One scope: which claims it releases, what it demands, and how people are told of it.
package struct ScopeEntry: Sendable, Hashable {
    package let name: String
    /// Without repetition.
    package let claims: [String]
    package let demand: ClaimDemand?
    /// By language tag. Where it is empty, the pages' own texts have to do.
    package let words: [String: Words]

    /// A scope as the consent page explains it.
    package struct Words: Sendable, Hashable {
        package let title: String
        package let explanation: String

        package init(title: String, explanation: String) {
            self.title = title
            self.explanation = explanation
        }
    }

    package init(name: String, claims: [String] = [], demand: ClaimDemand? = nil, words: [String: Words] = [:]) {
        self.name = name
        self.claims = claims
        self.demand = demand
        self.words = words
    }

    /// Whether `person` meets what the scope demands.
    package func isMet(by person: PersonClaims) -> Bool { demand?.isMet(by: person) ?? true }
}
