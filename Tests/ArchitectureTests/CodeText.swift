/// Swift text with its comments and strings blanked, so that a word found in it is a word of code.
enum CodeText {
    private enum Place: Equatable {
        case code
        case lineComment
        /// Swift's block comments nest.
        case blockComment(depth: Int)
        /// A string that `quotes` quotation marks and `pounds` number signs close.
        case string(quotes: Int, pounds: Int)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let pound = UInt8(ascii: "#")
    private static let newline = UInt8(ascii: "\n")

    static func stripped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var place = Place.code
        var index = 0
        while index < bytes.count {
            let (next, length) = step(place, bytes[index...])
            let isCode = place == .code && next == .code
            for byte in bytes[index..<(index + length)] {
                output.append(isCode || byte == newline ? byte : UInt8(ascii: " "))
            }
            place = next
            index += length
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Where the text stands after its next few bytes, and how many they are.
    private static func step(_ place: Place, _ rest: ArraySlice<UInt8>) -> (next: Place, length: Int) {
        switch place {
        case .code: return fromCode(rest)
        case .lineComment: return (rest.first == newline ? .code : .lineComment, 1)
        case .blockComment(let depth):
            if rest.starts(with: "*/".utf8) { return (depth == 1 ? .code : .blockComment(depth: depth - 1), 2) }
            if rest.starts(with: "/*".utf8) { return (.blockComment(depth: depth + 1), 2) }
            return (place, 1)
        case .string(let quotes, let pounds):
            if pounds == 0, rest.first == UInt8(ascii: "\\") { return (place, min(2, rest.count)) }
            let closing = Array(repeating: quote, count: quotes) + Array(repeating: pound, count: pounds)
            return rest.starts(with: closing) ? (.code, closing.count) : (place, 1)
        }
    }

    private static func fromCode(_ rest: ArraySlice<UInt8>) -> (next: Place, length: Int) {
        if rest.starts(with: "//".utf8) { return (.lineComment, 2) }
        if rest.starts(with: "/*".utf8) { return (.blockComment(depth: 1), 2) }
        let pounds = rest.prefix { $0 == pound }.count
        let quotes = rest.dropFirst(pounds).prefix { $0 == quote }.count
        switch quotes {
        case 0: return (.code, max(1, pounds))
        case 1: return (.string(quotes: 1, pounds: pounds), pounds + 1)
        // Two are an empty string, three open one of several lines.
        case 2: return (.code, pounds + 2 + pounds)
        default: return (.string(quotes: 3, pounds: pounds), pounds + 3)
        }
    }
}
