import OAuth

/// The fields of a form or a query string, read as leniently as an outsider may.
package struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]

    /// Decodes `text`; a broken escape or text that is not UTF-8 leaves out that field.
    package init(_ text: String) {
        fields = text.split(separator: "&").compactMap { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let name = FormEncoding.decode(first.utf8) else { return nil }
            guard parts.count == 2 else { return (name, "") }
            return FormEncoding.decode(parts[1].utf8).map { (name, $0) }
        }
    }

    /// The first value under `name`; an empty one counts as absent (RFC 6749 §3.1).
    package subscript(name: String) -> String? {
        fields.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// The names that occur more than once.
    package var repeatedNames: Set<String> {
        var seen: Set<String> = []
        return Set(fields.map(\.name).filter { !seen.insert($0).inserted })
    }

    /// Encodes `fields` for a form body or a query string.
    package static func encode(_ fields: [(name: String, value: String)]) -> String {
        FormEncoding.encode(fields)
    }

    /// Encodes one name or value.
    package static func encode(_ text: String) -> String { FormEncoding.encode(text) }

    /// Appends `fields` to the query of `address`.
    package static func append(_ fields: [(name: String, value: String)], to address: String) -> String {
        address + (address.contains("?") ? "&" : "?") + encode(fields)
    }
}
