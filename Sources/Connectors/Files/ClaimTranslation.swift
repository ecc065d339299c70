package import OAuth

/// Turns a provider's words into the deployment's: its groups into roles, its assurance levels into ours.
package struct ClaimTranslation: Sendable, Hashable {
    /// What each word becomes; several values where it stands for several.
    package let words: [String: [JSONValue]]
    package let unmatched: Unmatched

    /// What happens to a word for which there is no translation.
    package enum Unmatched: String, Sendable, CaseIterable {
        case drop
        case keep
    }

    package init(words: [String: [JSONValue]], unmatched: Unmatched = .drop) {
        self.words = words
        self.unmatched = unmatched
    }

    /// A list becomes a list without repetition; anything else the one value it stands for, or a list of several.
    /// Nil where nothing is left.
    func value(of said: JSONValue) -> JSONValue? {
        guard let elements = said.array else {
            let values = values(of: said)
            return values.count > 1 ? .array(values) : values.first
        }
        var seen: Set<JSONValue> = []
        let values = elements.flatMap(values).filter { seen.insert($0).inserted }
        return values.isEmpty ? nil : .array(values)
    }

    private func values(of said: JSONValue) -> [JSONValue] {
        let known = Self.word(said).flatMap { words[$0] }
        switch unmatched {
        case .drop: return known ?? []
        case .keep: return known ?? [said]
        }
    }

    /// How the file spells `value`.
    private static func word(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let truth): String(truth)
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .null, .array, .object: nil
        }
    }
}
