import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One argument of a statement, in a form that SQLite stores.
struct SQLValue: Sendable {
    enum Storage: Sendable {
        case null
        case integer(Int64)
        case text(String)
        case blob([UInt8])
    }

    let storage: Storage

    static let null = SQLValue(storage: .null)

    static func text(_ value: String) -> SQLValue { SQLValue(storage: .text(value)) }

    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }

    static func integer(_ value: Int) -> SQLValue { SQLValue(storage: .integer(Int64(value))) }

    static func integer(_ value: Int64?) -> SQLValue { value.map { SQLValue(storage: .integer($0)) } ?? .null }

    static func time(_ value: Date) -> SQLValue { SQLValue(storage: .integer(value.milliseconds)) }

    static func time(_ value: Date?) -> SQLValue { value.map { .time($0) } ?? .null }

    static func digest(_ value: HandleDigest) -> SQLValue { SQLValue(storage: .blob(value.bytes)) }

    static func link(_ value: ChainLink) -> SQLValue { SQLValue(storage: .blob(value.bytes)) }

    static func identifier<Subject>(_ value: Identifier<Subject>) -> SQLValue { .text(value.rawValue) }

    static func identifier<Subject>(_ value: Identifier<Subject>?) -> SQLValue { .text(value?.rawValue) }

    static func scope(_ value: Scope) -> SQLValue { .text(value.wireValue) }

    static func resources(_ value: [ResourceIndicator]) -> SQLValue { .lines(value.map(\.value)) }

    /// As JSON; NULL where none was asked for.
    static func claims(_ value: ClaimSelection) -> SQLValue {
        value.isEmpty ? .null : .text(String(decoding: value.json, as: UTF8.self))
    }

    static func lines(_ items: [String]) -> SQLValue { .text(TextLines.encode(items)) }
}
