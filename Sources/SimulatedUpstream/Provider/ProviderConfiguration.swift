package import FoundationEssentials
package import Logging

/// Everything a simulated provider is told from outside.
package struct ProviderConfiguration: Sendable {
    package var people: [SimulatedPerson]
    package var clients: [SimulatedClient]
    package var gitHub = GitHubConfiguration()
    package var poolID = "eu-central-1_Drawbridge"
    /// The address to listen on; keep it on loopback.
    package var host = "127.0.0.1"
    /// 0 takes any free port, see ``SimulatedProvider/boundPort()``.
    package var port = 0
    /// What browsers and clients call the provider, without a trailing slash; `nil` means `http://localhost:<port>`.
    package var baseURL: String?
    /// The pool's issuer where it differs from base URL + pool id, as it does for moto and for real pools.
    package var poolIssuer: String?
    /// Seconds.
    package var accessTokenLifetime = 3600.0
    /// Seconds.
    package var refreshTokenLifetime = 2_592_000.0
    package var logger: Logger
    package var clock: @Sendable () -> Date
    /// Returns that many random bytes.
    package var randomness: @Sendable (_ count: Int) -> [UInt8]
    /// How a slow answer waits.
    package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    package init(
        people: [SimulatedPerson], clients: [SimulatedClient], logger: Logger,
        clock: @escaping @Sendable () -> Date, randomness: @escaping @Sendable (_ count: Int) -> [UInt8]
    ) {
        self.people = people
        self.clients = clients
        self.logger = logger
        self.clock = clock
        self.randomness = randomness
    }
}
