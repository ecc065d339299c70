import Foundation
import OAuth

/// The member names of a JSON object.
///
/// A decoder keeps one of two members of the same name and says nothing; whoever read the body before it may have
/// believed the other (RFC 8259 §4).
enum JSONMembers {
    /// Whether the outermost object of `text`, which a decoder has found to be JSON, has a name twice.
    static func areRepeated(in text: some Sequence<UInt8>) -> Bool {
        var names: Set<String> = []
        var depth = 0
        var reader = StringReader()
        for byte in text {
            guard !reader.takes(byte) else { continue }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":") where depth == 1:
                guard names.insert(reader.text).inserted else { return true }
            default: break
            }
        }
        return false
    }

    /// Collects the bytes of one string literal after another.
    private struct StringReader {
        private enum Place {
            case outside
            case inside
            case afterBackslash
        }

        private var place = Place.outside
        private var literal: [UInt8] = []

        /// The literal read last, its escapes resolved.
        var text: String {
            (try? UntrustedJSON.decode(String.self, from: Data(literal))) ?? String(decoding: literal, as: UTF8.self)
        }

        /// Whether `byte` belongs to a string literal.
        mutating func takes(_ byte: UInt8) -> Bool {
            switch place {
            case .outside:
                guard byte == UInt8(ascii: "\"") else { return false }
                (place, literal) = (.inside, [byte])
            case .inside:
                literal.append(byte)
                if byte == UInt8(ascii: "\\") { place = .afterBackslash }
                if byte == UInt8(ascii: "\"") { place = .outside }
            case .afterBackslash:
                literal.append(byte)
                place = .inside
            }
            return true
        }
    }
}
