import GRDB
import OAuth

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension DatabaseValue {
    static func text(_ value: String) -> DatabaseValue { value.databaseValue }

    static func text(_ value: String?) -> DatabaseValue { value.map { $0.databaseValue } ?? .null }

    static func integer(_ value: Int) -> DatabaseValue { value.databaseValue }

    static func integer(_ value: Int64?) -> DatabaseValue { value.map { $0.databaseValue } ?? .null }

    static func time(_ value: Date) -> DatabaseValue { value.milliseconds.databaseValue }

    static func time(_ value: Date?) -> DatabaseValue { value.map { $0.milliseconds.databaseValue } ?? .null }

    static func digest(_ value: HandleDigest) -> DatabaseValue { Data(value.bytes).databaseValue }

    static func identifier<Subject>(_ value: Identifier<Subject>) -> DatabaseValue { value.rawValue.databaseValue }

    static func identifier<Subject>(_ value: Identifier<Subject>?) -> DatabaseValue { .text(value?.rawValue) }

    static func scope(_ value: Scope) -> DatabaseValue { value.wireValue.databaseValue }

    static func lines(_ items: [String]) -> DatabaseValue { TextLines.encode(items).databaseValue }
}

extension Date {
    /// Milliseconds since 1970, to the nearest, which is how every time is stored.
    var milliseconds: Int64 {
        let milliseconds = (timeIntervalSince1970 * 1000).rounded()
        // Beyond 285,000 years a Double no longer counts milliseconds, and soon after an Int64 traps.
        return Int64(max(-0x1F_FFFF_FFFF_FFFF, min(0x1F_FFFF_FFFF_FFFF, milliseconds)))
    }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
