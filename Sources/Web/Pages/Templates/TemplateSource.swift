import Mustache

/// One template file.
struct TemplateSource {
    /// Its name for partials: the path without the extension.
    let name: String
    let text: String

    var file: String { name + Self.suffix }

    static let suffix = ".mustache"

    /// What may be named in a template.
    struct Vocabulary {
        /// Names of values; more are reached under `t`.
        var names: Set<String>
        var partials: Set<String>
        /// Paths of texts, and of groups of texts.
        var texts: Set<String>
    }

    /// Compiles the template.
    func compiled() throws(PageTemplateError) -> MustacheTemplate {
        do {
            return try MustacheTemplate(string: text)
        } catch let error as MustacheTemplate.ParserError {
            throw PageTemplateError(
                file: file, problem: .syntax(line: error.context.lineNumber, reason: "\(error.error)"))
        } catch {
            throw PageTemplateError(file: file, problem: .unreadable)
        }
    }

    /// Checks that every tag names something: Mustache itself renders a wrong name as nothing.
    func check(against vocabulary: Vocabulary) throws(PageTemplateError) {
        for tag in TemplateTag.tags(in: text) {
            if let problem = Self.problem(of: tag, vocabulary: vocabulary) {
                throw PageTemplateError(file: file, problem: problem)
            }
        }
    }

    private static func problem(of tag: TemplateTag, vocabulary: Vocabulary) -> PageTemplateError.Problem? {
        switch tag.kind {
        case .forbidden(let text):
            return .forbiddenTag(text, line: tag.line)
        case .partial(let name):
            return vocabulary.partials.contains(name) ? nil : .unknownPartial(name, line: tag.line)
        case .variable(let components), .section(let components):
            if components.first == "t" {
                let key = components.dropFirst().joined(separator: ".")
                return vocabulary.texts.contains(key) ? nil : .missingText(key: key)
            }
            if components.first == "assets" {
                return components.allSatisfy(vocabulary.names.contains)
                    ? nil : .unknownName(components.joined(separator: "."), line: tag.line)
            }
            guard let unknown = components.first(where: { !vocabulary.names.contains($0) }) else { return nil }
            return .unknownName(unknown, line: tag.line)
        }
    }
}
