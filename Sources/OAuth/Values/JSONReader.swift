/// Reads JSON (RFC 8259) that the broker wrote itself: what lay sealed, signed or stored.
///
/// As strict as the specification, and stricter: a name must not occur twice in an object. It is several times as fast
/// as Foundation's decoder. What strangers send goes through ``UntrustedJSON``.
package struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The one value that `bytes` hold.
    package static func value(of bytes: [UInt8]) throws(JSONFlaw) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value()
        guard reader.next == nil else { throw .malformed }
        return value
    }

    /// The first byte that is no space, not yet taken.
    private var next: UInt8? {
        mutating get {
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
                case let byte: return byte
                }
            }
            return nil
        }
    }

    private mutating func value() throws(JSONFlaw) -> JSONValue {
        switch next {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try nested { reader throws(JSONFlaw) in .object(try reader.members()) }
        case UInt8(ascii: "["): return try nested { reader throws(JSONFlaw) in .array(try reader.elements()) }
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONFlaw) -> JSONValue
    ) throws(JSONFlaw) -> JSONValue {
        depth += 1
        guard depth <= UntrustedJSON.maximumDepth else { throw .tooDeep }
        position += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func members() throws(JSONFlaw) -> [String: JSONValue] {
        guard next != UInt8(ascii: "}") else {
            position += 1
            return [:]
        }
        var members = [String: JSONValue](minimumCapacity: 8)
        while true {
            guard next == UInt8(ascii: "\"") else { throw .malformed }
            let name = try string()
            guard next == UInt8(ascii: ":") else { throw .malformed }
            position += 1
            guard members.updateValue(try value(), forKey: name) == nil else { throw .malformed }
            guard try goesOn(until: UInt8(ascii: "}")) else { return members }
        }
    }

    private mutating func elements() throws(JSONFlaw) -> [JSONValue] {
        var elements: [JSONValue] = []
        guard next != UInt8(ascii: "]") else {
            position += 1
            return elements
        }
        while true {
            elements.append(try value())
            guard try goesOn(until: UInt8(ascii: "]")) else { return elements }
        }
    }

    /// Takes a comma, after which something follows, or `end`, after which nothing does.
    private mutating func goesOn(until end: UInt8) throws(JSONFlaw) -> Bool {
        let separator = next
        position += 1
        switch separator {
        case UInt8(ascii: ","): return true
        case end: return false
        default: throw .malformed
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFlaw) -> JSONValue {
        let text = word.description.utf8
        guard bytes[position...].starts(with: text) else { throw .malformed }
        position += text.count
        return value
    }
}

extension JSONReader {
    /// A string from its opening quote to its closing one (RFC 8259 §7).
    private mutating func string() throws(JSONFlaw) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard let text = bytes.span.extracting(start..<position).text else { throw .malformed }
                position += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(after: Array(bytes[start..<position]))
            case 0..<0x20: throw .malformed
            default: position += 1
            }
        }
        throw .malformed
    }

    /// The rest of a string from its first backslash on, behind `beginning`.
    private mutating func escapedString(after beginning: [UInt8]) throws(JSONFlaw) -> String {
        var text = beginning
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = text.span.text else { throw .malformed }
                return text
            case UInt8(ascii: "\\"): text.append(contentsOf: String(Character(try escape())).utf8)
            case 0..<0x20: throw .malformed
            default: text.append(byte)
            }
        }
        throw .malformed
    }

    /// What stands behind a backslash.
    private mutating func escape() throws(JSONFlaw) -> Unicode.Scalar {
        guard position < bytes.count else { throw .malformed }
        defer { position += 1 }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(bytes[position])
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar()
        default: throw .malformed
        }
    }

    /// The character that `u` and four digits name, or two of these that make a surrogate pair; leaves the position on
    /// the last digit.
    private mutating func scalar() throws(JSONFlaw) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), bytes[position...].dropFirst().starts(with: #"\u"#.utf8) else {
            throw .malformed
        }
        position += 2
        let trail = try codeUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw .malformed }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    /// The four hexadecimal digits behind the `u` at the position, which moves to the last of them.
    private mutating func codeUnit() throws(JSONFlaw) -> UInt16 {
        guard position + 4 < bytes.count else { throw .malformed }
        var unit: UInt16 = 0
        for byte in bytes[(position + 1)...(position + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .malformed }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }

    /// A number (RFC 8259 §6); one without a fraction that fits is an integer.
    private mutating func number() throws(JSONFlaw) -> JSONValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let whole = try digits()
        guard whole.count == 1 || whole.first != UInt8(ascii: "0") else { throw .malformed }
        var isWhole = true
        if peek == UInt8(ascii: ".") {
            position += 1
            _ = try digits()
            isWhole = false
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            _ = try digits()
            isWhole = false
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw .malformed }
        return Int64(exactly: value).map(JSONValue.integer) ?? .number(value)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// One digit or more.
    private mutating func digits() throws(JSONFlaw) -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw .malformed }
        return bytes[start..<position]
    }
}
