package import AsyncHTTPClient
package import FoundationEssentials
package import Logging

/// What the sample city is given from outside.
package struct DemoSurroundings: Sendable {
    let httpClient: HTTPClient
    let logger: Logger
    let clock: @Sendable () -> Date
    /// Returns that many random bytes.
    let randomness: @Sendable (_ count: Int) -> [UInt8]

    package init(
        httpClient: HTTPClient, logger: Logger, clock: @escaping @Sendable () -> Date,
        randomness: @escaping @Sendable (_ count: Int) -> [UInt8]
    ) {
        self.httpClient = httpClient
        self.logger = logger
        self.clock = clock
        self.randomness = randomness
    }

    /// A handle of 192 random bits in base64url.
    func handle() -> String { Encoding.base64URL(randomness(24)) }
}
