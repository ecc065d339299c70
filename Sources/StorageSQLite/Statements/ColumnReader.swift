import GRDB
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads the columns of one row from left to right, and reports damage instead of trapping.
struct ColumnReader {
    private let row: Row
    private let table: String
    private var index = 0

    init(row: Row, table: String) {
        self.row = row
        self.table = table
    }

    /// What to throw where a column cannot be what it is.
    var damage: StoreError { .corrupt(table: table) }

    mutating func optionalText() -> String? {
        defer { index += 1 }
        return row[index] as String?
    }

    mutating func text() throws(StoreError) -> String {
        guard let text = optionalText() else { throw damage }
        return text
    }

    mutating func optionalInteger() -> Int64? {
        defer { index += 1 }
        return row[index] as Int64?
    }

    mutating func integer() throws(StoreError) -> Int {
        guard let value = optionalInteger(), let integer = Int(exactly: value) else { throw damage }
        return integer
    }

    mutating func optionalTime() -> Date? {
        optionalInteger().map(Date.init(milliseconds:))
    }

    mutating func time() throws(StoreError) -> Date {
        guard let time = optionalTime() else { throw damage }
        return time
    }

    mutating func digest() throws(StoreError) -> HandleDigest {
        defer { index += 1 }
        guard let bytes = row[index] as Data?, bytes.count == 32 else { throw damage }
        return HandleDigest(stored: Array(bytes))
    }

    mutating func identifier<Subject>() throws(StoreError) -> Identifier<Subject> {
        Identifier(rawValue: try text())
    }

    mutating func optionalIdentifier<Subject>() -> Identifier<Subject>? {
        optionalText().map(Identifier.init(rawValue:))
    }

    /// One of an enum's values by its raw text.
    mutating func word<Word: RawRepresentable<String>>() throws(StoreError) -> Word {
        guard let word = Word(rawValue: try text()) else { throw damage }
        return word
    }

    mutating func scope() throws(StoreError) -> Scope {
        Scope(try text().split(separator: " ").map(String.init))
    }

    mutating func lines() throws(StoreError) -> [String] {
        guard let items = TextLines.decode(try text()) else { throw damage }
        return items
    }
}
