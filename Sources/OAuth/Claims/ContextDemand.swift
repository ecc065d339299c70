/// Which authentication context classes a client wants a login to be of (`acr`, OIDC Core §2).
package struct ContextDemand: Hashable, Sendable, Codable {
    /// Any of them will do, the first the most.
    package private(set) var values: [String]
    package let weight: Weight

    /// What becomes of a request that none of them can be had for.
    package enum Weight: String, Sendable, Codable {
        /// It is answered with what there is (`acr_values`, OIDC Core §3.1.2.1).
        case voluntary = "v"
        /// It fails (OIDC Core §5.5.1.1).
        case essential = "e"
    }

    /// The class of a login about which nothing more is known (OIDC Core §2).
    package static let unknown = "0"

    /// Most classes of one request, and longest name of one, in bytes.
    private static let maximumCount = 16
    private static let maximumLength = 255

    /// nil unless `values` name a class each, at least one and each once.
    package init?(_ values: [String], weight: Weight) {
        guard (1...Self.maximumCount).contains(values.count), Set(values).count == values.count,
            values.allSatisfy(Self.isName)
        else { return nil }
        self.values = values
        self.weight = weight
    }

    /// Reads `acr_values`: names with a space between them.
    package init?(acrValues text: String) {
        let names = text.split(separator: " ").map(String.init)
        self.init(names, weight: .voluntary)
    }

    /// Whether a class can be called `text`: printable ASCII without spaces.
    package static func isName(_ text: String) -> Bool {
        (1...maximumLength).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether a login of `contextClass` is what is wanted; nil is a login about which nothing more is known.
    package func isMet(by contextClass: String?) -> Bool {
        values.contains(contextClass ?? Self.unknown)
    }

    /// What is left of the demand where only `attainable` classes can be had: nil if that is nothing and it need not be.
    package func limited(to attainable: Set<String>) -> ContextDemand? {
        var copy = self
        copy.values = values.filter(attainable.contains)
        switch weight {
        case .voluntary: return copy.values.isEmpty ? nil : copy
        case .essential: return copy
        }
    }

    private enum CodingKeys: String, CodingKey {
        case values = "v"
        case weight = "w"
    }
}
