/// A tag in the source of a template, read apart from rendering so that mistakes are found at start.
struct TemplateTag: Hashable {
    enum Kind: Hashable {
        /// `{{name}}`, with the components of a dotted name.
        case variable([String])
        /// `{{#name}}` or `{{^name}}`.
        case section([String])
        /// `{{>name}}` or `{{<name}}`.
        case partial(String)
        /// `{{{name}}}`, `{{&name}}`, `{{=…=}}`, `{{%…}}`: unescaped text, or a change of rules.
        case forbidden(String)
    }

    let kind: Kind
    let line: Int

    /// The tags of `source`; comments, block definitions and closing tags name nothing and are left out.
    static func tags(in source: String) -> [TemplateTag] {
        var tags: [TemplateTag] = []
        var line = 1
        var rest = source[...]
        while let open = rest.firstRange(of: "{{") {
            line += newlines(in: rest[..<open.lowerBound])
            rest = rest[open.upperBound...]
            let close = rest.firstRange(of: "}}") ?? rest.endIndex..<rest.endIndex
            let body = rest[..<close.lowerBound]
            if let kind = kind(of: body) { tags.append(TemplateTag(kind: kind, line: line)) }
            line += newlines(in: body)
            rest = rest[close.upperBound...]
        }
        return tags
    }

    private static func newlines(in text: Substring) -> Int {
        text.count(where: \.isNewline)
    }

    private static func kind(of body: Substring) -> Kind? {
        guard let sigil = body.first else { return .variable([]) }
        let name = String(body.dropFirst().filter { !$0.isWhitespace })
        switch sigil {
        case "!", "/", "$": return nil
        case "#", "^": return .section(components(name))
        case ">", "<": return name.hasPrefix("*") ? .forbidden("{{\(sigil)\(name)}}") : .partial(name)
        case "{", "&", "=", "%": return .forbidden("{{\(sigil)…}}")
        default: return .variable(components(body.filter { !$0.isWhitespace }))
        }
    }

    /// Splits a dotted name, freed of transforms: `count(a.b)` is `a`, `b`.
    private static func components(_ name: String) -> [String] {
        let inner = name.split(separator: "(", omittingEmptySubsequences: false).last ?? ""
        return inner.prefix { $0 != ")" }.split(separator: ".").map(String.init)
    }
}
