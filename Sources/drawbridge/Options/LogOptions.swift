import ArgumentParser

/// What is logged, and how.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The least level that is logged: trace, debug, info, notice, warning, error or critical "
                + "(DRAWBRIDGE_LOG_LEVEL; default: info).", valueName: "level"))
    var logLevel: String?

    @Option(
        help: ArgumentHelp("Log lines as text or json (DRAWBRIDGE_LOG_FORMAT; default: text).", valueName: "format"))
    var logFormat: String?

    var settings: [Setting: String] {
        [.logLevel: logLevel, .logFormat: logFormat].compactMapValues(\.self)
    }
}
