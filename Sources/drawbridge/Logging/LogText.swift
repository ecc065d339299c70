import OAuth

/// Text made fit for a log line.
enum LogText {
    /// `text` with every control character and line separator escaped.
    static func oneLine(_ text: String) -> String {
        guard !text.utf8.span.satisfies(isPrintable) else { return text }
        return text.unicodeScalars.contains(where: needsEscape) ? escaped(text, also: []) : text
    }

    /// `text` as a value: bare where it is one plain word, else in quotes.
    static func value(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.span.satisfies(isBare)
        return isPlain ? text : "\"\(escaped(text, also: ["\"", "\\"]))\""
    }

    /// `text` as a JSON string (RFC 8259 §7).
    static func json(_ text: String) -> String {
        let isPlain = text.utf8.span.satisfies { isPrintable($0) & isNoQuote($0) }
        return isPlain ? "\"\(text)\"" : "\"\(escaped(text, also: ["\"", "\\"]))\""
    }

    /// Whether `byte` is printable ASCII: 1 or 0. Most texts are nothing else, and need no look into Unicode's tables.
    private static func isPrintable(_ byte: UInt8) -> UInt8 { (byte >= 0x20 ? 1 : 0) & (byte < 0x7F ? 1 : 0) }

    private static func isNoQuote(_ byte: UInt8) -> UInt8 {
        (byte == UInt8(ascii: "\"") ? 0 : 1) & (byte == UInt8(ascii: "\\") ? 0 : 1)
    }

    /// Whether `byte` can stand in a value without quotes: 1 or 0.
    private static func isBare(_ byte: UInt8) -> UInt8 {
        isPrintable(byte) & isNoQuote(byte) & (byte == UInt8(ascii: " ") ? 0 : 1) & (byte == UInt8(ascii: "=") ? 0 : 1)
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
