import Foundation
import OAuth

/// Text made fit for a log line.
enum LogText {
    /// Appends `date` to the millisecond, rounded down (RFC 3339 §5.6), as `2027-01-15T08:00:00.500Z`.
    ///
    /// Written here, because a format style takes five times as long, and every request is logged.
    static func append(time date: Date, to line: inout [UInt8]) {
        let milliseconds = max(0, Int((date.timeIntervalSince1970 * 1000).rounded(.down)))
        let (day, time) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let date = CalendarDate(day: day)
        line.append(twoDigits: date.year / 100)
        line.append(twoDigits: date.year % 100)
        line.append(UInt8(ascii: "-"))
        line.append(twoDigits: date.month)
        line.append(UInt8(ascii: "-"))
        line.append(twoDigits: date.day)
        line.append(UInt8(ascii: "T"))
        line.append(twoDigits: time / 3_600_000)
        line.append(UInt8(ascii: ":"))
        line.append(twoDigits: time / 60_000 % 60)
        line.append(UInt8(ascii: ":"))
        line.append(twoDigits: time / 1000 % 60)
        line.append(UInt8(ascii: "."))
        line.append(UInt8(ascii: "0") + UInt8(time / 100 % 10))
        line.append(twoDigits: time % 100)
        line.append(UInt8(ascii: "Z"))
    }

    /// `date` as ``append(time:to:)`` writes it.
    static func time(_ date: Date) -> String {
        var text: [UInt8] = []
        append(time: date, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// `text` with every control character and line separator escaped.
    static func oneLine(_ text: String) -> String {
        guard !text.utf8.span.satisfies(isPrintable) else { return text }
        return text.unicodeScalars.contains(where: needsEscape) ? escaped(text, also: []) : text
    }

    /// Appends `text` as a value: bare where it is one plain word, else in quotes.
    static func append(value text: String, to line: inout [UInt8]) {
        if isWord(text.utf8.span) {
            line.append(text)
        } else {
            line.append("\"\(escaped(text, also: ["\"", "\\"]))\"")
        }
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

    /// Whether `text` needs no quotes. Texts are short here, and most bytes a letter: one look at each is the quickest.
    private static func isWord(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "\\"), 0x7F...0xFF: return false
            default: continue
            }
        }
        return !text.isEmpty
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

extension [UInt8] {
    /// Appends a number under 100.
    fileprivate mutating func append(twoDigits number: Int) {
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
