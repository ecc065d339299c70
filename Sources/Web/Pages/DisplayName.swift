/// A name that somebody else chose (a client, a provider, a person), made safe to show among our own words.
///
/// Controls and bidirectional overrides are removed, so that a name cannot reorder or imitate the sentence around it;
/// white space is single, and the length bounded.
package struct DisplayName: Hashable, Sendable {
    /// At most ``longest`` characters.
    package let text: String

    private static let longest = 80

    /// Cleans `raw`; what is left may be empty.
    package init(_ raw: String) {
        var cleaned = String.UnicodeScalarView()
        for scalar in raw.unicodeScalars.prefix(Self.longest * 8) where !Self.isForbidden(scalar) {
            cleaned.append(scalar.properties.isWhitespace ? " " : scalar)
        }
        let words = String(cleaned).split(separator: " ").joined(separator: " ")
        text = words.count > Self.longest ? words.prefix(Self.longest - 1) + "…" : words
    }

    /// The letter or digit that stands for the name where there is no logo; `nil` if it holds none.
    var initial: String? {
        text.first { $0.isLetter || $0.isNumber }.map { String($0).uppercased() }
    }

    /// Two letters or digits, to tell names apart that begin alike.
    var initials: String? {
        let letters = text.filter { $0.isLetter || $0.isNumber }.prefix(2)
        return letters.isEmpty ? nil : letters.prefix(1).uppercased() + letters.dropFirst()
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: !scalar.properties.isWhitespace
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
        case .privateUse, .surrogate, .unassigned: true
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
            .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator,
            .lineSeparator, .paragraphSeparator:
            false
        @unknown default: true
        }
    }
}
