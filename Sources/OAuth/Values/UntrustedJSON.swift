package import FoundationEssentials

/// Reads JSON that somebody else wrote.
///
/// Foundation's reader ends the whole process on 513 opening brackets with nothing behind them (Swift 6.3.1), so the
/// depth of a document is judged before Foundation sees it.
package enum UntrustedJSON {
    /// Why a document is not even looked at.
    package enum Flaw: Error, Sendable, Equatable {
        /// Holds a byte that JSON in UTF-8 never holds (RFC 8259 §8.1); Foundation would go on to guess at UTF-16.
        case encoding
        case tooDeep
    }

    /// Most arrays and objects inside each other.
    package static let maximumDepth = 64

    /// Decodes `data`; throws ``Flaw`` or a `DecodingError`.
    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        try check(data)
        return try JSONDecoder().decode(type, from: data)
    }

    /// Decodes `bytes`; throws ``Flaw`` or a `DecodingError`.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try decode(type, from: Data(bytes))
    }

    private enum Place {
        case structure
        case text
        case escape
    }

    private static func check(_ data: Data) throws(Flaw) {
        var place = Place.structure
        var depth = 0
        for byte in data {
            guard byte != 0, byte < 0xFE else { throw .encoding }
            switch (place, byte) {
            case (.escape, _): place = .text
            case (.text, UInt8(ascii: "\\")): place = .escape
            case (.text, UInt8(ascii: "\"")): place = .structure
            case (.text, _): break
            case (.structure, UInt8(ascii: "\"")): place = .text
            case (.structure, UInt8(ascii: "[")), (.structure, UInt8(ascii: "{")):
                depth += 1
                guard depth <= maximumDepth else { throw .tooDeep }
            case (.structure, UInt8(ascii: "]")), (.structure, UInt8(ascii: "}")): depth -= 1
            case (.structure, _): break
            }
        }
    }
}
