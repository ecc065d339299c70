/// A language that pages are written in, named by its BCP 47 tag (`en`, `sk`), which is also its file in `locales/`.
package struct Language: Hashable, Sendable {
    package let tag: String

    /// Every installation has it: the one shown to those whose own is missing.
    package static let english = Language(tag: "en")

    package init(tag: String) {
        self.tag = tag
    }

    /// The forms of a number in this language (CLDR plural rules for whole numbers).
    func plural(of count: Int) -> PluralCategory {
        switch (tag.prefix { $0 != "-" }, count) {
        case (_, 1): .one
        case ("sk", 2...4), ("cs", 2...4): .few
        case (_, _): .other
        }
    }
}

/// The grammatical number of a counted noun.
enum PluralCategory: String, CaseIterable {
    case one
    case few
    case other
}
