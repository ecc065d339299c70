import Foundation
import OAuth

/// JSON as the broker writes and reads it.
enum JSON {
    static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// What `value` writes, in the order in which it does.
    static func written(_ value: some JSONWritable) -> String {
        String(decoding: value.json, as: UTF8.self)
    }

    /// Reads what the broker wrote itself.
    static func reread<Value: JSONReadable>(_ type: Value.Type, _ text: String) throws -> Value {
        try Value(json: Array(text.utf8))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try UntrustedJSON.decode(type, from: Data(text.utf8))
    }

    static func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try decode(Value.self, try text(of: value))
    }
}
