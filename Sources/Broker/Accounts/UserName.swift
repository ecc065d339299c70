import Foundation

/// What a person types to say which local account is meant. Case, width and composition of its letters do not matter.
///
/// Compared after NFKC and full case folding (Unicode §3.13 D146; loosely the UsernameCaseMapped profile of RFC 8265 §3.3).
package struct UserName: Sendable {
    /// Why a text is no user name.
    package enum Flaw: Error, Equatable, Sendable {
        case empty
        /// Over ``maximumByteCount`` bytes of UTF-8.
        case tooLong
        /// A control, invisible, private or unassigned character.
        case forbiddenCharacter
    }

    /// The longest e-mail address (RFC 5321 §4.5.3.1.3) still fits.
    package static let maximumByteCount = 254

    /// For display: as it was typed, without spaces around it, in NFC.
    package let text: String
    /// For comparing, and for the database's unique index.
    package let key: String

    /// Reads what was typed, and says what is wrong with it.
    package init(parsing text: String) throws(Flaw) {
        guard text.utf8.count <= UserName.maximumByteCount else { throw .tooLong }
        let folded = UserName.fold(text)
        guard folded.utf8.count <= UserName.maximumByteCount else { throw .tooLong }
        guard !folded.isEmpty else { throw .empty }
        guard text.unicodeScalars.allSatisfy(UserName.isAllowed), folded.unicodeScalars.allSatisfy(UserName.isAllowed)
        else { throw .forbiddenCharacter }
        self.text = UserName.collapseSpaces(text.precomposedStringWithCanonicalMapping)
        key = folded
    }

    /// Reads what was typed; `nil` where ``init(parsing:)`` throws.
    package init?(_ text: String) {
        guard let name = try? UserName(parsing: text) else { return nil }
        self = name
    }

    /// Folding may undo normalisation and the other way round, so both are repeated until nothing changes.
    private static func fold(_ text: String) -> String {
        var folded = collapseSpaces(text)
        for _ in 0..<4 {
            let next = foldCase(folded.precomposedStringWithCompatibilityMapping)
                .precomposedStringWithCompatibilityMapping
            if next.utf8.elementsEqual(folded.utf8) { break }
            folded = next
        }
        return collapseSpaces(folded)
    }

    /// Full case folding by way of the full mappings, which reach its every class: ẞ and ß over SS, ς and σ over Σ.
    private static func foldCase(_ text: String) -> String {
        var folded = ""
        for scalar in text.unicodeScalars {
            // Its upper case is I; but a dotless ı is a letter of its own (CaseFolding.txt: only `T` maps it).
            if scalar == "\u{131}" {
                folded.unicodeScalars.append(scalar)
                continue
            }
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                for upper in lower.properties.uppercaseMapping.unicodeScalars {
                    folded += upper.properties.lowercaseMapping
                }
            }
        }
        return folded
    }

    /// Removes spaces at the ends, which telephones add, and makes one of several, which nobody sees.
    private static func collapseSpaces(_ text: String) -> String {
        text.unicodeScalars.split { $0.properties.generalCategory == .spaceSeparator }
            .map { String($0) }
            .joined(separator: " ")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
            .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator:
            !scalar.properties.isDefaultIgnorableCodePoint
        @unknown default: false
        }
    }
}

extension UserName: Hashable {
    package static func == (left: UserName, right: UserName) -> Bool {
        left.key.utf8.elementsEqual(right.key.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key)
    }
}

extension UserName: CustomStringConvertible {
    package var description: String { text }
}
