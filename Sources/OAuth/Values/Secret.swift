/// A value that must not be seen: it prints as redacted and compares in constant time.
package struct Secret: Sendable, Hashable {
    private let value: String

    /// Wraps `value`, which from here on is only readable through ``reveal()``.
    package init(_ value: String) {
        self.value = value
    }

    /// The secret itself. Call it only where the value is hashed, sealed, sent or compared.
    package func reveal() -> String { value }

    /// The number of UTF-8 bytes, which is not itself secret.
    package var count: Int { value.utf8.count }

    package static func == (left: Secret, right: Secret) -> Bool {
        left.value.utf8.span.constantTimeEquals(right.value.utf8.span)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Secret: Codable {
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

/// Compares two byte strings without revealing, by the time it takes, where they differ.
///
/// The lengths are compared first: they are public wherever this is used.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.span.constantTimeEquals(right.span)
}
