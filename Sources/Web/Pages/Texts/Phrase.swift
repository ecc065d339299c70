/// A text with placeholders: "Sign in to continue to {client}".
struct Phrase: Hashable {
    enum Segment: Hashable {
        case words(String)
        case placeholder(Placeholder)
    }

    let segments: [Segment]

    /// The placeholders' names, in order. Braces around anything else are words.
    var placeholders: Set<Placeholder> {
        segments.reduce(into: []) { result, segment in
            if case .placeholder(let placeholder) = segment { result.insert(placeholder) }
        }
    }

    init(parsing text: String) {
        var segments: [Segment] = []
        var words = ""
        var rest = text[...]
        while let character = rest.first {
            if character == "{", let end = rest.firstIndex(of: "}"),
                let placeholder = Placeholder(rawValue: String(rest[rest.index(after: rest.startIndex)..<end]))
            {
                if !words.isEmpty { segments.append(.words(words)) }
                words = ""
                segments.append(.placeholder(placeholder))
                rest = rest[rest.index(after: end)...]
            } else {
                words.append(character)
                rest.removeFirst()
            }
        }
        if !words.isEmpty { segments.append(.words(words)) }
        self.segments = segments
    }

    func text(_ values: [Placeholder: String]) -> String {
        segments.map { segment in
            switch segment {
            case .words(let words): words
            case .placeholder(let placeholder): values[placeholder] ?? ""
            }
        }.joined()
    }

    func templateValue(_ values: [Placeholder: String]) -> TemplateValue {
        .list(
            segments.map { segment in
                switch segment {
                case .words(let words):
                    .object(["words": .text(words), "inserted": .absent])
                case .placeholder(let placeholder):
                    .object(["words": .absent, "inserted": .text(values[placeholder] ?? "")])
                }
            })
    }
}
