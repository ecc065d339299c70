/// A list of texts as one text, one item a line, so that a list costs no second table and still reads well in a shell.
///
/// A backslash and a line feed inside an item are escaped; every item ends with a line feed, so that no list is another's.
enum TextLines {
    static func encode(_ items: [String]) -> String {
        var text = ""
        for item in items {
            if item.utf8.contains(where: { $0 == backslash || $0 == lineFeed }) {
                for scalar in item.unicodeScalars {
                    switch scalar {
                    case "\\": text += "\\\\"
                    case "\n": text += "\\n"
                    default: text.unicodeScalars.append(scalar)
                    }
                }
            } else {
                text += item
            }
            text += "\n"
        }
        return text
    }

    /// `nil` for a text that ``encode(_:)`` never makes.
    static func decode(_ text: String) -> [String]? { decode(text.utf8) }

    /// The same of the bytes of a text.
    static func decode(_ text: some Collection<UInt8>) -> [String]? {
        var items: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: lineFeed), let item = unescape(rest[..<end]) else { return nil }
            items.append(item)
            rest = rest[rest.index(after: end)...]
        }
        return items
    }

    private static func unescape(_ line: some Collection<UInt8>) -> String? {
        guard line.contains(backslash) else { return String(decoding: line, as: UTF8.self) }
        var bytes: [UInt8] = []
        var iterator = line.makeIterator()
        while let byte = iterator.next() {
            guard byte == backslash else {
                bytes.append(byte)
                continue
            }
            switch iterator.next() {
            case backslash: bytes.append(backslash)
            case UInt8(ascii: "n"): bytes.append(lineFeed)
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let backslash = UInt8(ascii: "\\")
    private static let lineFeed = UInt8(ascii: "\n")
}
