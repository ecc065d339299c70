import Broker

extension Lifetimes {
    /// Ten years: what lives longer might as well not end.
    private static let longest = 315_360_000

    /// The lifetimes that can be set, and the standard ones beside them.
    init(_ settings: Settings) throws(ConfigurationFlaw) {
        self.init()
        code = try Self.seconds(.codeLifetime, upTo: 600, settings) ?? code
        grant = try Self.seconds(.grantLifetime, upTo: Self.longest, settings) ?? grant
        idleGrant = try Self.seconds(.grantIdleLifetime, upTo: Self.longest, settings) ?? idleGrant
    }

    private static func seconds(
        _ setting: Setting, upTo maximum: Int, _ settings: Settings
    ) throws(ConfigurationFlaw) -> Int? {
        try settings.value(setting, expecting: "a number of seconds from 1 to \(maximum)") { text in
            Int(text).flatMap { (1...maximum).contains($0) ? $0 : nil }
        }
    }
}

extension Limits {
    /// The limits that can be set, and the standard ones beside them.
    init(_ settings: Settings) throws(ConfigurationFlaw) {
        self.init()
        grantsPerClient =
            try settings.value(.grantsPerClient, expecting: "a number from 1 to 10000") { text in
                Int(text).flatMap { (1...10_000).contains($0) ? $0 : nil }
            } ?? grantsPerClient
    }
}
