/// The parameters of one request: decoded once, each name at most once (RFC 6749 §3.1).
package struct FormParameters: Sendable {
    /// Why the encoded form as a whole cannot be read.
    package enum Malformed: Error, Sendable, Equatable {
        /// A broken percent escape, a NUL, or bytes that are not UTF-8.
        case encoding
        case tooManyParameters
    }

    /// Why one parameter cannot be used.
    package enum Unusable: Error, Sendable, Equatable {
        case repeated
        case tooLong
    }

    /// Most parameters of one request.
    package static let maximumCount = 64
    /// Longest value in bytes, unless a reader asks for another limit.
    package static let maximumLength = 2048

    private struct Field: Sendable {
        let name: String
        let value: String

        /// By the length first: most names differ in it, and so does a letter beyond ASCII that == takes for one in it.
        func isCalled(_ name: String) -> Bool {
            self.name.utf8.count == name.utf8.count && self.name == name
        }
    }

    /// In the order in which they were sent.
    private let fields: [Field]

    /// Decodes a query or a form body.
    package init(decoding bytes: some Collection<UInt8>) throws(Malformed) {
        try self.init(decoding: Array(bytes).span)
    }

    /// Decodes a query or a form body.
    package init(decoding form: Span<UInt8>) throws(Malformed) {
        let pieces = form.pieces(between: UInt8(ascii: "&"))
        guard pieces.count <= Self.maximumCount else { throw .tooManyParameters }
        var fields: [Field] = []
        fields.reserveCapacity(pieces.count)
        for piece in pieces {
            let field = form.extracting(piece)
            let end = field.firstIndex(of: UInt8(ascii: "=")) ?? field.count
            guard let name = FormEncoding.decode(field.extracting(first: end)),
                let value = FormEncoding.decode(field.extracting(droppingFirst: end + 1))
            else { throw .encoding }
            fields.append(Field(name: name, value: value))
        }
        self.fields = fields
    }

    /// The value of `name`; `nil` if it is missing or empty, which mean the same (RFC 6749 §3.1).
    package func value(
        _ name: String, limit: Int = FormParameters.maximumLength
    ) throws(Unusable) -> String? {
        var found: String?
        for field in fields where field.isCalled(name) {
            guard found == nil else { throw .repeated }
            found = field.value
        }
        guard let found, !found.isEmpty else { return nil }
        guard found.utf8.count <= limit else { throw .tooLong }
        return found
    }

    /// The values of `name` that are not empty, in their order, for one that may be repeated.
    package func values(
        _ name: String, limit: Int = FormParameters.maximumLength
    ) throws(Unusable) -> [String] {
        var found: [String] = []
        for field in fields where field.isCalled(name) && !field.value.isEmpty {
            guard field.value.utf8.count <= limit else { throw .tooLong }
            found.append(field.value)
        }
        return found
    }

    /// Whether any name occurs more than once.
    package var hasRepetition: Bool { repeats(besides: []) }

    /// Whether any name but `repeatable` occurs more than once.
    package func repeats(besides repeatable: Set<String>) -> Bool {
        // Among so few, looking at each is quicker than making a set.
        fields.indices.contains { index in
            let name = fields[index].name
            return fields[..<index].contains { $0.name == name } && !repeatable.contains(name)
        }
    }
}

/// Among the values are codes, verifiers and secrets, so none is ever printed.
extension FormParameters: CustomStringConvertible, CustomReflectable {
    package var description: String { "<\(fields.count) parameters>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
