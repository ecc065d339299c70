import Configuration
import Foundation

/// What was set on the command line, and in the environment where the command line says nothing.
struct Settings: Sendable {
    private let reader: ConfigReader

    /// The order of precedence: `options`, then `environment`; what neither says has a default where it is used.
    init(options: [Setting: String], environment: [String: String]) {
        let flags = options.map { ($0.key.key, ConfigValue(.string($0.value), isSecret: false)) }
        reader = ConfigReader(providers: [
            InMemoryProvider(name: "options", values: Dictionary(uniqueKeysWithValues: flags)),
            EnvironmentVariablesProvider(
                environmentVariables: environment, secretsSpecifier: .specific([Setting.masterKey.variable])),
        ])
    }

    /// Takes what `options` do not say from this process's environment.
    init(options: [Setting: String]) {
        self.init(options: options, environment: ProcessInfo.processInfo.environment)
    }

    /// The text of `setting`, if it is set.
    subscript(setting: Setting) -> String? {
        reader.string(forKey: ConfigKey(setting.key.components), isSecret: setting == .masterKey)
    }

    /// The value of `setting` as `parse` reads it; nil if it is not set.
    func value<Value>(
        _ setting: Setting, expecting expectation: String, _ parse: (String) -> Value?
    ) throws(ConfigurationFlaw) -> Value? {
        guard let text = self[setting] else { return nil }
        guard let value = parse(text) else { throw ConfigurationFlaw(setting, found: text, "should be \(expectation)") }
        return value
    }

    /// The path in `setting`, which cannot be empty; nil if it is not set.
    func path(_ setting: Setting) throws(ConfigurationFlaw) -> String? {
        try value(setting, expecting: "a path") { $0.isEmpty ? nil : $0 }
    }
}

/// A setting with an impossible value.
struct ConfigurationFlaw: Error, CustomStringConvertible {
    let setting: Setting
    let description: String

    init(_ setting: Setting, found value: String, _ complaint: String) {
        self.setting = setting
        description = "\(setting.option) (or \(setting.variable)) is \"\(LogText.oneLine(value))\": it \(complaint)"
    }

    init(_ setting: Setting, _ complaint: String) {
        self.setting = setting
        description = "\(setting.option) (or \(setting.variable)) \(complaint)"
    }

    init(environmentOnly setting: Setting, _ complaint: String) {
        self.setting = setting
        description = "\(setting.variable) \(complaint)"
    }
}
