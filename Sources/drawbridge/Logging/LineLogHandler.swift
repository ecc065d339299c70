import Foundation
import Logging

/// Writes each record as one line, whatever it holds: no value can begin a line of its own.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let output: LogOutput
    private let time: @Sendable () -> Date

    init(level: Logger.Level, format: LogFormat, output: LogOutput, time: @escaping @Sendable () -> Date) {
        logLevel = level
        self.format = format
        self.output = output
        self.time = time
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // The nearest word on a key wins.
        var near = event.metadata ?? [:]
        if let provided = metadataProvider?.get() { near.merge(provided) { nearer, _ in nearer } }
        if let error = event.error { near["error"] = "\(error)" }
        let record = LogRecord(
            time: time(), level: event.level, message: event.message.description, metadata: near, around: metadata)
        switch format {
        case .text: output.write(record.textLine)
        case .json: output.write(record.jsonLine)
        }
    }
}
