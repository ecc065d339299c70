import Logging

extension LogSettings {
    init(_ settings: Settings) throws(ConfigurationFlaw) {
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        let formats = LogFormat.allCases.map(\.rawValue).joined(separator: " or ")
        self.init(
            level: try settings.value(.logLevel, expecting: "one of \(levels)", Logger.Level.init(rawValue:)) ?? .info,
            format: try settings.value(.logFormat, expecting: formats, LogFormat.init(rawValue:)) ?? .text)
    }
}
