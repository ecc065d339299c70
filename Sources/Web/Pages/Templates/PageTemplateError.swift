/// A templates folder that cannot be served from, with the file to look at.
package struct PageTemplateError: Error, Hashable, Sendable {
    /// What is wrong with the file.
    package enum Problem: Hashable, Sendable {
        case missing
        /// It is not a readable file of UTF-8 text.
        case unreadable
        case syntax(line: Int, reason: String)
        /// A tag that would put text into the page unescaped, or change what a tag is.
        case forbiddenTag(String, line: Int)
        case unknownPartial(String, line: Int)
        /// A tag names something that this page does not have.
        case unknownName(String, line: Int)
        /// A page, or another language's file, has a text under this key, and this file has none.
        case missingText(key: String)
        /// The text leaves other things open (`{client}`) than the English one.
        case differentPlaceholders(key: String)
        /// A locale file that is not JSON objects of strings.
        case notTexts
        /// The file is named like no page.
        case unknownPage
        /// An asset of a type that is not served, or too large.
        case unsuitableAsset
    }

    /// Relative to the templates folder.
    package let file: String
    package let problem: Problem

    package init(file: String, problem: Problem) {
        self.file = file
        self.problem = problem
    }
}

extension PageTemplateError: CustomStringConvertible {
    package var description: String {
        switch problem {
        case .missing: "\(file): the file is missing"
        case .unreadable: "\(file): not a readable UTF-8 file"
        case .syntax(let line, let reason): "\(file):\(line): \(reason)"
        case .forbiddenTag(let tag, let line): "\(file):\(line): the tag \(tag) is not allowed here"
        case .unknownPartial(let name, let line): "\(file):\(line): there is no template “\(name)”"
        case .unknownName(let name, let line): "\(file):\(line): this page has nothing named “\(name)”"
        case .missingText(let key): "\(file): the text “\(key)” is missing"
        case .differentPlaceholders(let key):
            "\(file): the text “\(key)” has other placeholders in braces than the English one"
        case .notTexts: "\(file): not a JSON object of texts"
        case .unknownPage:
            "\(file): no page has this name (\(PageName.allCases.map(\.rawValue).joined(separator: ", ")))"
        case .unsuitableAsset: "\(file): not a type of file that is served, or larger than 1 MiB"
        }
    }
}
