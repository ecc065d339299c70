/// What a scope demands of a person before it is granted: a claim with one of certain values.
package struct ClaimDemand: Sendable, Hashable {
    package let claim: String
    package let accepted: [JSONValue]
    /// Where a person gets verified, if there is such a page.
    package let verification: VerificationAddress?
    package let weight: Weight

    /// What happens to a request of somebody who does not meet the demand.
    package enum Weight: Sendable, Hashable {
        /// It waits until they do, or is given up.
        case required
        /// They may go on without the scope (RFC 6749 §3.3: the server may grant less than was asked for).
        case optional
    }

    package init(
        claim: String, accepted: [JSONValue], verification: VerificationAddress? = nil, weight: Weight = .required
    ) {
        self.claim = claim
        self.accepted = accepted
        self.verification = verification
        self.weight = weight
    }

    /// Whether `person` meets it: the claim has an accepted value, or is a list that holds one.
    package func isMet(by person: PersonClaims) -> Bool {
        switch person.values[claim] {
        case nil: false
        case .array(let elements)?: elements.contains(where: accepts)
        case .some(let value): accepts(value)
        }
    }

    /// Some providers write every claim as text (Cognito's attributes), so `"true"` counts as true, and 2 as 2.0.
    private func accepts(_ value: JSONValue) -> Bool {
        accepted.contains { wanted in
            switch wanted {
            case .bool(let wanted): value.lenientBool == wanted
            case .integer, .number: value.seconds == wanted.seconds
            case .null, .string, .array, .object: value == wanted
            }
        }
    }
}

/// The page on which a person gets verified, run by the operator.
package struct VerificationAddress: Sendable, Hashable {
    /// An absolute https address, or http on loopback, without a fragment.
    package let value: String

    private static let maximumLength = 1024

    /// `nil` unless `text` is such an address.
    package init?(_ text: String) {
        guard let origin = WebOrigin(of: text), origin.scheme == .https || origin.isLoopback,
            !origin.host.hasPrefix("["), text.utf8.count <= Self.maximumLength,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"#\"<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        value = text
    }

    /// The address with `back` added as `return_to`: where the page sends the person when it is done.
    package func returning(to back: String) -> String {
        value + (value.contains("?") ? "&" : "?") + FormEncoding.encode([("return_to", back)])
    }
}
