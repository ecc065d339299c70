import OAuth

/// A path to one value among claims: `$.a.b`, `$['custom:department']`, `$.emails[0].value`.
///
/// These are the singular queries of RFC 9535 §2.3.5.1, except that a name after a dot may hold `:` and `-` as well.
package struct ClaimPath: Sendable, Hashable {
    private enum Segment: Hashable {
        case name(String)
        case index(Int)
    }

    private let segments: [Segment]

    /// Characters that would make a name after a dot mean something else, or look as if it did.
    private static let forbidden: Set<Character> = ["]", "'", "\"", "*", "?", "@", "(", ")", ",", "\\"]

    /// `nil` unless `text` is `$` followed by one or more segments.
    package init?(_ text: String) {
        guard text.hasPrefix("$") else { return nil }
        var rest = text.dropFirst()
        var segments: [Segment] = []
        while !rest.isEmpty {
            guard let segment = Self.dotted(&rest) ?? Self.quoted(&rest) ?? Self.indexed(&rest) else { return nil }
            segments.append(segment)
        }
        guard !segments.isEmpty else { return nil }
        self.segments = segments
    }

    /// The value there; nil where the path leads nowhere, or to null.
    func value(in claims: [String: JSONValue]) -> JSONValue? {
        let found = segments.reduce(JSONValue?.some(.object(claims))) { value, segment in
            switch segment {
            case .name(let name): value?.object?[name]
            case .index(let index): value?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        }
        return found == .null ? nil : found
    }

    /// `.name`
    private static func dotted(_ rest: inout Substring) -> Segment? {
        guard rest.hasPrefix(".") else { return nil }
        let name = rest.dropFirst().prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty, !name.contains(where: forbidden.contains) else { return nil }
        rest = rest[name.endIndex...]
        return .name(String(name))
    }

    /// `['name']` or `["name"]`, in which a backslash takes the next quote or backslash for what it is.
    private static func quoted(_ rest: inout Substring) -> Segment? {
        guard rest.first == "[", let quote = rest.dropFirst().first, quote == "'" || quote == "\"" else { return nil }
        var name = ""
        var tail = rest.dropFirst(2)
        while let character = tail.popFirst() {
            switch character {
            case quote:
                guard tail.first == "]", !name.isEmpty else { return nil }
                rest = tail.dropFirst()
                return .name(name)
            case "\\":
                guard let escaped = tail.popFirst(), escaped == quote || escaped == "\\" else { return nil }
                name.append(escaped)
            default: name.append(character)
            }
        }
        return nil
    }

    /// `[0]`, counted from the front.
    private static func indexed(_ rest: inout Substring) -> Segment? {
        guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
        let digits = rest[..<end].dropFirst()
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            digits == "0" || !digits.hasPrefix("0"), let index = Int(digits)
        else { return nil }
        rest = rest[rest.index(after: end)...]
        return .index(index)
    }
}
