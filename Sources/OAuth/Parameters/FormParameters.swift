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

    private let values: [String: [String]]

    /// Decodes a query or a form body.
    package init(decoding bytes: some Collection<UInt8>) throws(Malformed) {
        var values: [String: [String]] = [:]
        // As an array, because whatever else holds the bytes gives them out one by one.
        let fields = Array(bytes).split(separator: UInt8(ascii: "&"))
        guard fields.count <= Self.maximumCount else { throw .tooManyParameters }
        for field in fields {
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let encodedName = parts.first, let name = FormEncoding.decode(encodedName),
                let value = parts.count == 2 ? FormEncoding.decode(parts[1]) : ""
            else { throw .encoding }
            values[name, default: []].append(value)
        }
        self.values = values
    }

    /// The value of `name`; `nil` if it is missing or empty, which mean the same (RFC 6749 §3.1).
    package func value(
        _ name: String, limit: Int = FormParameters.maximumLength
    ) throws(Unusable) -> String? {
        guard let found = values[name] else { return nil }
        guard found.count == 1, let value = found.first else { throw .repeated }
        guard value.utf8.count <= limit else { throw .tooLong }
        return value.isEmpty ? nil : value
    }

    /// The values of `name` that are not empty, in their order, for one that may be repeated.
    package func values(
        _ name: String, limit: Int = FormParameters.maximumLength
    ) throws(Unusable) -> [String] {
        guard let found = values[name] else { return [] }
        guard found.allSatisfy({ $0.utf8.count <= limit }) else { throw .tooLong }
        return found.filter { !$0.isEmpty }
    }

    /// Whether any name occurs more than once.
    package var hasRepetition: Bool { repeats(besides: []) }

    /// Whether any name but `repeatable` occurs more than once.
    package func repeats(besides repeatable: Set<String>) -> Bool {
        values.contains { $0.value.count > 1 && !repeatable.contains($0.key) }
    }
}

/// Among the values are codes, verifiers and secrets, so none is ever printed.
extension FormParameters: CustomStringConvertible, CustomReflectable {
    package var description: String { "<\(values.count) parameters>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
