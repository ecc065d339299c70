package import FoundationEssentials

/// Reads JSON that somebody else wrote.
///
/// Foundation's reader ends the whole process on 513 opening brackets with nothing behind them (Swift 6.3.1), takes
/// seconds for a mebibyte of empty arrays, and keeps the first of two members of one name, where a JWT that has two is to
/// be refused (RFC 7519 §4, RFC 7515 §4). So a document's structure is judged before Foundation sees it.
package enum UntrustedJSON {
    /// Why a document is not even looked at.
    package enum Flaw: Error, Sendable, Equatable {
        /// Holds a byte that JSON in UTF-8 never holds (RFC 8259 §8.1); Foundation would go on to guess at UTF-16.
        case encoding
        case tooDeep
        case tooManyValues
        /// An object has two members of one name.
        case repeatedMember
    }

    /// Most arrays and objects inside each other.
    package static let maximumDepth = 64

    /// Most values in a document, unless its reader says otherwise.
    package static let usualCount = 20_000

    /// Decodes `data`, which may hold so many values; throws ``Flaw`` or a `DecodingError`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, values limit: Int = usualCount
    ) throws -> Value {
        var structure = JSONStructure(limit: limit)
        for byte in data { try structure.read(byte) }
        return try JSONDecoder().decode(type, from: data)
    }

    /// Decodes `bytes`; throws ``Flaw`` or a `DecodingError`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], values limit: Int = usualCount
    ) throws -> Value {
        try decode(type, from: Data(bytes), values: limit)
    }
}
