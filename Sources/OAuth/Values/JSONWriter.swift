/// What the broker says as one JSON object, member by member.
package protocol JSONWritable: Sendable {
    /// Adds the members, each name once.
    func write(to json: inout JSONWriter)
}

extension JSONWritable {
    /// The object as UTF-8.
    package var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.finish()
    }
}

/// Writes one JSON object (RFC 8259) as UTF-8, member by member, in the order in which they are added.
///
/// For what the broker itself says, in tokens and answers: several times as fast as an encoder that has to find out what
/// it is given. No text needs care: a Swift string holds no half of a surrogate pair, and whatever JSON does not allow
/// in a string is escaped. The caller sees to it that no name is added twice.
package struct JSONWriter {
    private var bytes: [UInt8] = []

    /// Begins an object that is expected to take about so many bytes.
    init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    /// The object; nothing can be added after it.
    consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Adds a text.
    package mutating func add(_ name: StaticString, _ value: String) {
        begin(name)
        append(value)
    }

    /// Adds a text, where there is one.
    package mutating func add(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        begin(name)
        append(value)
    }

    /// Adds a whole number.
    package mutating func add(_ name: StaticString, _ value: Int) {
        begin(name)
        append(plain: String(value))
    }

    /// Adds a whole number, where there is one.
    package mutating func add(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        add(name, value)
    }

    /// Adds a list of texts.
    package mutating func add(_ name: StaticString, _ values: [String]) {
        begin(name)
        appendList(values) { writer, value in writer.append(value) }
    }

    /// Adds any value.
    package mutating func add(_ name: StaticString, _ value: JSONValue) {
        begin(name)
        append(value)
    }

    /// Adds any value by a name that is known only now.
    package mutating func add(named name: String, _ value: JSONValue) {
        separate()
        append(name)
        bytes.append(UInt8(ascii: ":"))
        append(value)
    }

    /// Adds an object, where there is one.
    package mutating func add(_ name: StaticString, _ value: (some JSONWritable)?) {
        guard let value else { return }
        begin(name)
        bytes.append(UInt8(ascii: "{"))
        value.write(to: &self)
        bytes.append(UInt8(ascii: "}"))
    }

    /// Begins a member whose name is written in the source, where nothing in it needs an escape.
    private mutating func begin(_ name: StaticString) {
        separate()
        let name = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        bytes.append(addingCapacity: name.count + 3) { output in
            output.append(UInt8(ascii: "\""))
            unsafe output.append(name.span)
            output.append(UInt8(ascii: "\""))
            output.append(UInt8(ascii: ":"))
        }
    }

    private mutating func separate() {
        // Only the opening brace ends in one: every value ends in a quote, a digit, a letter or a closing bracket.
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append(plain: "null")
        case .bool(let value): append(plain: value ? "true" : "false")
        case .integer(let value): append(plain: String(value))
        // Swift writes a finite number as JSON does; JSON has no word for the others (RFC 8259 §6).
        case .number(let value): append(plain: value.isFinite ? value.description : "null")
        case .string(let value): append(value)
        case .array(let elements): appendList(elements) { writer, element in writer.append(element) }
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            // In the order of their names, so that equal objects are equal bytes.
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { add(named: name, value) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func appendList<Element>(
        _ elements: [Element], _ append: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (position, element) in elements.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Appends text that JSON takes as it is.
    private mutating func append(plain text: String) {
        bytes.append(text)
    }

    /// Appends a string with its quotes (RFC 8259 §7).
    private mutating func append(_ text: String) {
        let utf8 = text.utf8.span
        guard utf8.satisfies(Self.isLiteral) else {
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 { append(escaping: byte) }
            bytes.append(UInt8(ascii: "\""))
            return
        }
        bytes.append(addingCapacity: utf8.count + 2) { output in
            output.append(UInt8(ascii: "\""))
            output.append(utf8)
            output.append(UInt8(ascii: "\""))
        }
    }

    /// Whether `byte` stands for itself in a string: 1 or 0.
    private static func isLiteral(_ byte: UInt8) -> UInt8 {
        (byte < 0x20 ? 0 : 1) & (byte == UInt8(ascii: "\"") ? 0 : 1) & (byte == UInt8(ascii: "\\") ? 0 : 1)
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            append(plain: byte < 0x10 ? "\\u000" : "\\u00")
            append(plain: String(byte, radix: 16))
        default:
            bytes.append(byte)
        }
    }
}
