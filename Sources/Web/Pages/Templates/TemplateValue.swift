/// What a template can be given: the only shape in which data reaches Mustache.
package enum TemplateValue: Hashable, Sendable {
    /// A known name without a value. It ends the search, so an outer value of the same name does not shine through.
    case absent
    /// Shows or hides a section.
    case flag(Bool)
    /// Text, escaped where it is rendered.
    case text(String)
    /// A section repeated for each element.
    case list([TemplateValue])
    /// Named values.
    case object([String: TemplateValue])

    /// `text`, or ``absent`` for `nil`.
    static func optional(_ text: String?) -> TemplateValue {
        text.map(TemplateValue.text) ?? .absent
    }

    /// Every name that occurs at any depth.
    var names: Set<String> {
        switch self {
        case .absent, .flag, .text: []
        case .list(let elements): elements.reduce(into: []) { $0.formUnion($1.names) }
        case .object(let members): members.reduce(into: []) { $0.formUnion($1.value.names.union([$1.key])) }
        }
    }
}
