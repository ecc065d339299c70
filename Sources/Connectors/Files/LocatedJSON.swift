/// A JSON value that remembers the line it stands on, so that a complaint about it can say where.
struct LocatedJSON: Sendable, Hashable {
    indirect enum Value: Sendable, Hashable {
        case null
        case bool(Bool)
        case number(String)
        case string(String)
        case array([LocatedJSON])
        case object([Member])
    }

    /// A member of an object. Names may repeat here: the reader decides what to make of it.
    struct Member: Sendable, Hashable {
        let name: String
        let line: Int
        let value: LocatedJSON
    }

    let value: Value
    /// Counted from 1.
    let line: Int
    /// The bytes of the text from which it was read.
    let range: Range<Int>

    /// Another value in the same place.
    func with(_ value: Value) -> LocatedJSON {
        LocatedJSON(value: value, line: line, range: range)
    }

    /// The value of an object's first member `name`.
    func member(_ name: String) -> LocatedJSON? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == name }?.value
    }

    var text: String? {
        guard case .string(let text) = value else { return nil }
        return text
    }

    /// What the value is, in words for the operator.
    var kind: String {
        switch value {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// Where and why a text is not JSON (RFC 8259).
struct JSONSyntaxError: Error, Hashable {
    let line: Int
    let expectation: String
}

extension LocatedJSON {
    /// Reads a whole text.
    init(parsing bytes: some Sequence<UInt8>) throws(JSONSyntaxError) {
        var parser = Parser(bytes: Array(bytes))
        self = try parser.document()
    }

    /// A recursive descent over the grammar of RFC 8259, nested no deeper than a provider file needs.
    private struct Parser {
        private static let maximumDepth = 16

        let bytes: [UInt8]
        private var position = 0
        private var line = 1
        private var depth = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func document() throws(JSONSyntaxError) -> LocatedJSON {
            // Some editors begin a file with a byte order mark, which a reader may ignore (RFC 8259 §8.1).
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
            let value = try value()
            skipSpace()
            guard position == bytes.count else { throw expected("the end of the file") }
            return value
        }

        private mutating func value() throws(JSONSyntaxError) -> LocatedJSON {
            skipSpace()
            let (start, begin) = (line, position)
            guard let byte = peek() else { throw expected("a value") }
            let value: Value =
                switch byte {
                case UInt8(ascii: "{"): .object(try members())
                case UInt8(ascii: "["): .array(try elements())
                case UInt8(ascii: "\""): .string(try string())
                case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number(try number())
                default: try word()
                }
            return LocatedJSON(value: value, line: start, range: begin..<position)
        }

        private mutating func members() throws(JSONSyntaxError) -> [Member] {
            try enter("{")
            defer { depth -= 1 }
            var members: [Member] = []
            guard !take("}") else { return members }
            repeat {
                skipSpace()
                let start = line
                guard peek() == UInt8(ascii: "\"") else { throw expected("a name in quotes") }
                let name = try string()
                guard take(":") else { throw expected("a colon") }
                members.append(Member(name: name, line: start, value: try value()))
            } while take(",")
            guard take("}") else { throw expected("a comma or }") }
            return members
        }

        private mutating func elements() throws(JSONSyntaxError) -> [LocatedJSON] {
            try enter("[")
            defer { depth -= 1 }
            var elements: [LocatedJSON] = []
            guard !take("]") else { return elements }
            repeat {
                elements.append(try value())
            } while take(",")
            guard take("]") else { throw expected("a comma or ]") }
            return elements
        }

        private mutating func enter(_ bracket: Character) throws(JSONSyntaxError) {
            _ = take(bracket)
            depth += 1
            guard depth <= Self.maximumDepth else { throw expected("less deep nesting") }
        }

        private mutating func word() throws(JSONSyntaxError) -> Value {
            let words: [(String, Value)] = [("true", .bool(true)), ("false", .bool(false)), ("null", .null)]
            for (word, value) in words where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return value
            }
            throw expected("a value")
        }

        private mutating func number() throws(JSONSyntaxError) -> String {
            let start = position
            while let byte = peek(), "+-.0123456789eE".utf8.contains(byte) { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            guard Double(text)?.isFinite == true else { throw expected("a number") }
            return text
        }

        private mutating func string() throws(JSONSyntaxError) -> String {
            position += 1
            var text: [UInt8] = []
            while let byte = peek(), byte != UInt8(ascii: "\"") {
                guard byte >= 0x20 else { throw expected("a closing quote on the same line") }
                position += 1
                if byte == UInt8(ascii: "\\") {
                    text += try escape()
                } else {
                    text.append(byte)
                }
            }
            guard peek() != nil else { throw expected("a closing quote") }
            position += 1
            guard let string = String(validating: text, as: UTF8.self) else { throw expected("UTF-8") }
            return string
        }

        private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
            guard let byte = peek() else { throw expected("an escape") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
            case UInt8(ascii: "b"): return [0x08]
            case UInt8(ascii: "f"): return [0x0C]
            case UInt8(ascii: "n"): return [0x0A]
            case UInt8(ascii: "r"): return [0x0D]
            case UInt8(ascii: "t"): return [0x09]
            case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
            default: throw expected("an escape")
            }
        }

        private mutating func scalar() throws(JSONSyntaxError) -> Unicode.Scalar {
            let first = try codeUnit()
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard bytes[position...].starts(with: "\\u".utf8) else { throw expected("the second half of a surrogate") }
            position += 2
            let second = try codeUnit()
            guard case .scalarValue(let decoded) = UTF16.decodeOnce(first, second) else {
                throw expected("a surrogate pair")
            }
            return decoded
        }

        private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
            let digits = bytes[position...].prefix(4)
            guard digits.count == 4, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
                let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw expected("four hexadecimal digits") }
            position += 4
            return unit
        }

        private mutating func skipSpace() {
            while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                if byte == 0x0A { line += 1 }
                position += 1
            }
        }

        private mutating func take(_ character: Character) -> Bool {
            skipSpace()
            guard let byte = peek(), byte == character.asciiValue else { return false }
            position += 1
            return true
        }

        private func peek() -> UInt8? {
            position < bytes.count ? bytes[position] : nil
        }

        private func expected(_ expectation: String) -> JSONSyntaxError {
            JSONSyntaxError(line: line, expectation: expectation)
        }
    }
}

extension LocatedJSON {
    /// Refuses an object, however deep, in which a name stands twice: readers differ in which of the two they take.
    func requireUniqueNames(in file: String, at path: String = "$") throws(ProviderFileProblem) {
        switch value {
        case .null, .bool, .number, .string: return
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                try element.requireUniqueNames(in: file, at: "\(path)[\(index)]")
            }
        case .object(let members):
            var seen: Set<String> = []
            for member in members {
                let key = "\(path).\(member.name)"
                guard seen.insert(member.name).inserted else {
                    throw ProviderFileProblem(file: file, line: member.line, key: key, reason: .repeatedKey)
                }
                try member.value.requireUniqueNames(in: file, at: key)
            }
        }
    }
}

extension UTF16 {
    /// Decodes exactly these two code units.
    fileprivate static func decodeOnce(_ first: UInt16, _ second: UInt16) -> UnicodeDecodingResult {
        var decoder = UTF16()
        var units = [first, second].makeIterator()
        return decoder.decode(&units)
    }
}
