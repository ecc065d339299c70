import Foundation
import Logging

/// One record, with the Ray ID apart from the rest of its metadata.
struct LogRecord: Sendable {
    /// The metadata key under which a request's Ray ID is found.
    static let rayKey = "ray_id"

    private let time: String
    private let level: Logger.Level
    private let message: String
    private let ray: String?
    private let metadata: [(key: String, value: Logger.MetadataValue)]

    init(time: Date, level: Logger.Level, message: String, metadata: Logger.Metadata) {
        self.time = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        self.level = level
        self.message = message
        ray = metadata[Self.rayKey].map { "\($0)" }
        self.metadata = metadata.filter { $0.key != Self.rayKey }.sorted { $0.key < $1.key }
    }

    /// `time level message ray_id=… key=value`.
    var textLine: String {
        let word = level.rawValue.uppercased()
        let padding = String(repeating: " ", count: max(0, 8 - word.utf8.count))
        var line = "\(time) \(word)\(padding) \(LogText.oneLine(message))"
        if let ray { line += " \(Self.rayKey)=\(LogText.value(ray))" }
        for (key, value) in metadata { line += " \(LogText.value(key))=\(LogText.value("\(value)"))" }
        return line + "\n"
    }

    /// An object with `time`, `level`, `message`, `ray_id` where there is one, and `metadata`.
    var jsonLine: String {
        var members = ["\"time\":\"\(time)\""]
        members.append("\"level\":\"\(level.rawValue)\"")
        members.append("\"message\":\(LogText.json(message))")
        if let ray { members.append("\"\(Self.rayKey)\":\(LogText.json(ray))") }
        if !metadata.isEmpty {
            members.append("\"metadata\":\(Self.object(metadata))")
        }
        return "{\(members.joined(separator: ","))}\n"
    }

    private static func object(_ members: [(key: String, value: Logger.MetadataValue)]) -> String {
        "{\(members.map { LogText.json($0.key) + ":" + json($0.value) }.joined(separator: ","))}"
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): LogText.json(text)
        case .stringConvertible(let value): LogText.json(value.description)
        case .array(let values): "[\(values.map(json).joined(separator: ","))]"
        case .dictionary(let members): object(members.sorted { $0.key < $1.key })
        }
    }
}
