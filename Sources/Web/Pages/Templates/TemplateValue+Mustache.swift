import Mustache

extension TemplateValue {
    /// Renders `template` with this value as its outermost context.
    func render(_ template: MustacheTemplate, library: MustacheLibrary) -> String {
        template.render(MustacheValue(value: self), library: library)
    }
}

/// Shows a ``TemplateValue`` to swift-mustache, whose protocols demand `Any`: it occurs in this file and nowhere else.
private struct MustacheValue: MustacheParent, MustacheCustomRepresentation {
    let value: TemplateValue

    func child(named name: String) -> Any? {
        guard case .object(let members) = value, let member = members[name] else { return nil }
        return MustacheValue(value: member)
    }

    var representation: Any? {
        switch value {
        case .absent: nil
        case .flag(let flag): flag
        case .text(let text): text.isEmpty ? nil : Self.escapable(text)
        case .list(let elements): elements.map(MustacheValue.init(value:))
        case .object: self
        }
    }

    /// Frees `<`, `>`, `&` and quotes from combining characters.
    ///
    /// swift-mustache escapes whole grapheme clusters: a quote followed by U+0301 is another `Character` than a quote,
    /// and would leave an attribute unescaped. What clings to one of the five is dropped.
    private static func escapable(_ text: String) -> String {
        let clings = text.contains { character in
            character.unicodeScalars.count > 1 && character.unicodeScalars.contains(where: isMarkup)
        }
        guard clings else { return text }
        return text.reduce(into: "") { result, character in
            let markup = character.unicodeScalars.filter(isMarkup)
            result += markup.isEmpty ? String(character) : String(String.UnicodeScalarView(markup))
        }
    }

    private static func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "<", ">", "&", "\"", "'": true
        default: false
        }
    }
}
