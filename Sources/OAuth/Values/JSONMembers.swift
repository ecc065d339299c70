/// Why a text is not the JSON that was expected.
package enum JSONFlaw: Error, Equatable, Sendable {
    /// Not JSON in UTF-8, or something follows it.
    case malformed
    /// More arrays and objects inside each other than ``UntrustedJSON/maximumDepth``.
    case tooDeep
    /// A member is missing, or no value of its kind.
    case unexpected
}

/// What the broker reads back from a JSON object it wrote itself.
package protocol JSONReadable: Sendable {
    init(reading members: JSONMembers) throws(JSONFlaw)
}

extension JSONReadable {
    /// Reads one object, which was sealed, signed or stored here. What strangers send goes through ``UntrustedJSON``.
    package init(json: [UInt8]) throws(JSONFlaw) {
        guard case .object(let members) = try JSONReader.value(of: json) else { throw .unexpected }
        try self.init(reading: JSONMembers(members))
    }
}

/// The members of a JSON object, by name and kind.
package struct JSONMembers: Sendable {
    package let values: [String: JSONValue]

    init(_ values: [String: JSONValue]) {
        self.values = values
    }

    package func text(_ name: String) throws(JSONFlaw) -> String {
        guard let text = try optionalText(name) else { throw .unexpected }
        return text
    }

    /// A text that may be missing.
    package func optionalText(_ name: String) throws(JSONFlaw) -> String? {
        switch values[name] {
        case .string(let text): return text
        case nil, .null: return nil
        case .bool, .integer, .number, .array, .object: throw .unexpected
        }
    }

    package func integer(_ name: String) throws(JSONFlaw) -> Int {
        guard let integer = try optionalInteger(name) else { throw .unexpected }
        return integer
    }

    /// A whole number that may be missing.
    package func optionalInteger(_ name: String) throws(JSONFlaw) -> Int? {
        switch values[name] {
        case .integer(let value): return Int(value)
        case nil, .null: return nil
        case .string, .bool, .number, .array, .object: throw .unexpected
        }
    }

    package func texts(_ name: String) throws(JSONFlaw) -> [String] {
        guard case .array(let elements) = values[name] else { throw .unexpected }
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for element in elements {
            guard case .string(let text) = element else { throw .unexpected }
            texts.append(text)
        }
        return texts
    }

    /// An object that may be missing.
    package func optional<Value: JSONReadable>(_ name: String) throws(JSONFlaw) -> Value? {
        switch values[name] {
        case .object(let members): return try Value(reading: JSONMembers(members))
        case nil, .null: return nil
        case .string, .bool, .integer, .number, .array: throw .unexpected
        }
    }
}
