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
        // The nearest word on a key wins. Most of it comes with the event, so the rest is put into that.
        var all = event.metadata ?? [:]
        if let provided = metadataProvider?.get() { all.merge(provided) { near, _ in near } }
        all.merge(metadata) { near, _ in near }
        if let error = event.error { all["error"] = "\(error)" }
        let record = LogRecord(
            time: time(), level: event.level, message: event.message.description, metadata: all)
        switch format {
        case .text: output.write(record.textLine)
        case .json: output.write(record.jsonLine)
        }
    }
}
