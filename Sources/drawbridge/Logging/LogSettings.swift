import Foundation
import Logging

/// What is logged, and how.
struct LogSettings: Sendable {
    var level: Logger.Level
    var format: LogFormat

    /// Makes this the log of the whole process, on standard error. Call it once.
    func bootstrap() {
        let (level, format) = (level, format)
        LoggingSystem.bootstrap { _ in
            LineLogHandler(level: level, format: format, output: .standardError, time: { Date() })
        }
    }
}
