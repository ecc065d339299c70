/// Text made fit for a log line.
enum LogText {
    /// `text` with every control character and line separator escaped.
    static func oneLine(_ text: String) -> String {
        guard !text.utf8.allSatisfy(isPrintable) else { return text }
        return text.unicodeScalars.contains(where: needsEscape) ? escaped(text, also: []) : text
    }

    /// `text` as a value: bare where it is one plain word, else in quotes.
    static func value(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !isSpecial($0) }
        return isPlain ? text : "\"\(escaped(text, also: ["\"", "\\"]))\""
    }

    /// `text` as a JSON string (RFC 8259 §7).
    static func json(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { isPrintable($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        return isPlain ? "\"\(text)\"" : "\"\(escaped(text, also: ["\"", "\\"]))\""
    }

    /// Whether `byte` is printable ASCII. Most texts are nothing else, and need no look into the tables of Unicode.
    private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "="): true
        default: false
        }
    }

    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        // U+2028 and U+2029 end lines as well, and the marks that turn text around can make a line read as another.
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }

    private static func escaped(_ text: String, also others: Set<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if others.contains(scalar) {
                result.append("\\")
                result.append(scalar)
            } else if needsEscape(scalar) {
                for unit in String(scalar).utf16 { result.append(contentsOf: hexadecimal(unit).unicodeScalars) }
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func hexadecimal(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
