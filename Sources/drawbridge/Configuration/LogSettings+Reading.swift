import Logging

extension LogSettings {
    init(_ settings: Settings) throws(ConfigurationFlaw) {
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        let formats = LogFormat.allCases.map(\.rawValue).joined(separator: " or ")
        self.init(
            level: try settings.value(.logLevel, expecting: "one of \(levels)", { Logger.Level(rawValue: $0) }) ?? .info,
            format: try settings.value(.logFormat, expecting: formats, { LogFormat(rawValue: $0) }) ?? .text)
    }
}
