/// How long a connection may keep the broker waiting.
struct ConnectionTimes: Sendable {
    /// For a TLS handshake and the first header, for a body, and for taking an answer too long for the buffers.
    var request = Duration.seconds(30)
    /// For the next header. Longer than the 60 seconds after which common reverse proxies close what they do not use,
    /// so that no request of theirs meets a connection that is just being closed.
    var keepAlive = Duration.seconds(75)

    init(_ settings: Settings) throws(ConfigurationFlaw) {
        request = try Self.seconds(.requestDeadline, settings) ?? request
        keepAlive = try Self.seconds(.keepAlive, settings) ?? keepAlive
    }

    private static func seconds(_ setting: Setting, _ settings: Settings) throws(ConfigurationFlaw) -> Duration? {
        try settings.value(setting, expecting: "a number of seconds from 1 to 3600") { text in
            Int64(text).flatMap { (1...3600).contains($0) ? .seconds($0) : nil }
        }
    }
}
