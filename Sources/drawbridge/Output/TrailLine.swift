import Foundation
import OAuth
import Storage

/// One row of the trail as a line of JSON.
struct TrailLine: Encodable {
    private let row: TrailRow

    init(_ row: TrailRow) {
        self.row = row
    }

    private enum CodingKeys: String, CodingKey {
        case number
        case link
    }

    /// The line, with its line feed.
    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self) + [UInt8(ascii: "\n")]
        }
    }

    func encode(to encoder: any Encoder) throws {
        try row.content.map { AuditRecord($0.event) }?.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(row.number, forKey: .number)
        try container.encode(row.content?.link.description, forKey: .link)
    }
}
