import Foundation
import OAuth

/// The texts of every language, found complete.
struct TextCatalog: Sendable {
    let english: Texts
    private let others: [Language: Texts]

    /// English first, then by tag.
    var languages: [Language] {
        [.english] + others.keys.sorted { $0.tag < $1.tag }
    }

    /// The texts of `language`, or English where there are none.
    subscript(language: Language) -> Texts {
        others[language] ?? english
    }

    /// Each language's own name for itself.
    var ownNames: [(language: Language, name: String)] {
        languages.map { ($0, self[$0][.fixed(.languageName)]) }
    }

    /// Paths of all texts and of the groups they are in.
    var paths: Set<String> {
        english.texts.keys.reduce(into: []) { result, key in
            let components = key.split(separator: ".")
            for length in 1...max(1, components.count) {
                result.insert(components.prefix(length).joined(separator: "."))
            }
        }
    }

    /// Reads `locales/*.json`; every language must have the same keys, and all that the pages ask for.
    init(folder: TemplateFolder) throws(PageTemplateError) {
        english = try Self.texts(of: .english, in: folder)
        var others: [Language: Texts] = [:]
        for name in folder.names(in: "locales") where name.hasSuffix(".json") {
            let language = Language(tag: String(name.dropLast(5)))
            guard language != .english else { continue }
            others[language] = try Self.texts(of: language, in: folder)
        }
        self.others = others
        try check()
    }

    private static func file(of language: Language) -> String { "locales/\(language.tag).json" }

    private static func texts(of language: Language, in folder: TemplateFolder) throws(PageTemplateError) -> Texts {
        let file = file(of: language)
        let bytes = try folder.bytes(of: file)
        guard let node = try? UntrustedJSON.decode(TextNode.self, from: bytes), case .group = node else {
            throw PageTemplateError(file: file, problem: .notTexts)
        }
        return Texts(language: language, texts: node.flattened(at: ""), tree: node.templateValue)
    }

    private func check() throws(PageTemplateError) {
        let all = languages.map { self[$0] }
        let keys = all.reduce(into: Set(TextKey.all.map(\.path))) { $0.formUnion($1.texts.keys) }
        for texts in all {
            let file = Self.file(of: texts.language)
            for key in keys.sorted() {
                guard let text = texts.texts[key] else {
                    throw PageTemplateError(file: file, problem: .missingText(key: key))
                }
                let model = Phrase(parsing: english.texts[key] ?? text)
                guard Phrase(parsing: text).placeholders == model.placeholders else {
                    throw PageTemplateError(file: file, problem: .differentPlaceholders(key: key))
                }
            }
        }
    }
}

/// A locale file: texts in nested groups.
private indirect enum TextNode: Decodable {
    case text(String)
    case group([String: TextNode])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .group(try container.decode([String: TextNode].self))
        }
    }

    func flattened(at path: String) -> [String: String] {
        switch self {
        case .text(let text): [path: text]
        case .group(let members):
            members.reduce(into: [:]) { result, member in
                let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
                result.merge(member.value.flattened(at: inner)) { first, _ in first }
            }
        }
    }

    var templateValue: TemplateValue {
        switch self {
        case .text(let text): .text(text)
        case .group(let members): .object(members.mapValues(\.templateValue))
        }
    }
}
