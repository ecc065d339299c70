import Foundation
import Logging
import OAuth

/// One record, with the Ray ID and the trace it is part of apart from the rest of its metadata.
struct LogRecord: Sendable {
    /// The metadata key under which a request's Ray ID is found.
    static let rayKey = "ray_id"
    /// The key of the trace whose part the request is (W3C Trace Context).
    static let traceKey = "trace_id"

    private let time: Date
    private let level: Logger.Level
    private let message: String
    private let ray: String?
    private let trace: String?
    private let metadata: [(key: String, value: Logger.MetadataValue)]

    /// Of `outer`, what `metadata` has no word on.
    init(
        time: Date, level: Logger.Level, message: String, metadata: Logger.Metadata, around outer: Logger.Metadata = [:]
    ) {
        self.time = time
        self.level = level
        self.message = message
        var (ray, trace): (String?, String?) = (nil, nil)
        var others: [(key: String, value: Logger.MetadataValue)] = []
        others.reserveCapacity(metadata.count + outer.count)
        func take(_ key: String, _ value: Logger.MetadataValue) {
            switch key {
            case Self.rayKey: ray = value.description
            case Self.traceKey: trace = value.description
            default: others.append((key, value))
            }
        }
        for (key, value) in metadata { take(key, value) }
        for (key, value) in outer where metadata[key] == nil { take(key, value) }
        others.sort { $0.key < $1.key }
        (self.ray, self.trace, self.metadata) = (ray, trace, others)
    }

    /// `time level message ray_id=… trace_id=… key=value`.
    var textLine: String {
        let word = level.rawValue.uppercased()
        var line: [UInt8] = []
        line.reserveCapacity(512)
        LogText.append(time: time, to: &line)
        line.append(UInt8(ascii: " "))
        line.append(word)
        line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(1, 9 - word.utf8.count)))
        line.append(LogText.oneLine(message))
        if let ray { Self.add(Self.rayKey, ray, to: &line) }
        if let trace { Self.add(Self.traceKey, trace, to: &line) }
        for (key, value) in metadata { Self.add(key, value.description, to: &line) }
        line.append(UInt8(ascii: "\n"))
        return String(decoding: line, as: UTF8.self)
    }

    private static func add(_ key: String, _ value: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: " "))
        LogText.append(value: key, to: &line)
        line.append(UInt8(ascii: "="))
        LogText.append(value: value, to: &line)
    }

    /// An object with `time`, `level`, `message`, `ray_id` and `trace_id` where there are any, and `metadata`.
    var jsonLine: String {
        var members = ["\"time\":\"\(LogText.time(time))\""]
        members.append("\"level\":\"\(level.rawValue)\"")
        members.append("\"message\":\(LogText.json(message))")
        if let ray { members.append("\"\(Self.rayKey)\":\(LogText.json(ray))") }
        if let trace { members.append("\"\(Self.traceKey)\":\(LogText.json(trace))") }
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
