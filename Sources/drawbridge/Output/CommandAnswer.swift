import Foundation

/// What a command answers: an `Encodable` for scripts, text for people.
protocol CommandAnswer: Encodable {
    /// Lines for people, without a newline at the end.
    var text: String { get }
}

extension OutputOptions {
    /// Prints `answer` in the form that was asked for.
    func show(_ answer: some CommandAnswer) throws {
        guard json else {
            print(answer.text)
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }
}

/// A list, written as a JSON array.
struct AnswerList<Item: Encodable>: CommandAnswer {
    let items: [Item]
    let text: String

    init(_ items: [Item], text: String) {
        self.items = items
        self.text = text
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(items)
    }
}
