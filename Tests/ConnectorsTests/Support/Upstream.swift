import AsyncHTTPClient
import Connectors
import FoundationEssentials
import Logging
import OAuth
import SimulatedUpstream
import Synchronization

/// A simulated provider on a port of its own, and clients to reach it with.
enum Upstream {
    static let now = OpenIDFixture.now
    static let callback = "https://login.city.example/login/idp/callback"
    static let person = SimulatedPerson(
        userName: "jana", password: "correct horse", subject: "6f1c7a52-9d3b-4f0e-8a61-2f6f6d1f4b11",
        email: "jana@city.example", name: "Jana Nováková", groups: ["residents"])
    static let app = SimulatedClient(id: "city-app")
    static let secretive = SimulatedClient(id: "secretive", secret: "pool-secret")
    static let rotating = SimulatedClient(id: "rotating", secret: "pool-secret", refreshTokens: .rotating)
    static let paged = SimulatedClient(
        id: "paged", secret: "pool-secret", redirectURIs: [callback], refreshTokens: .rotating)
    static let openID = SimulatedClient(
        id: "broker", secret: "s3cret/+", face: .openID, redirectURIs: [callback], refreshTokens: .rotating)

    /// Runs `body` with a provider that listens, and with transport to it.
    static func run(
        gitHub: GitHubConfiguration = GitHubConfiguration(),
        // Far beyond what a busy machine needs: only the tests of the deadline itself set a short one.
        limits: UpstreamHTTP.Limits = UpstreamHTTP.Limits(deadline: .seconds(300)), observed: Observed = Observed(),
        _ body: @escaping @Sendable (SimulatedProvider, UpstreamHTTP) async throws -> Void
    ) async throws {
        let bytes = Mutex(UInt64(0))
        var configuration = ProviderConfiguration(
            people: [person], clients: [app, secretive, rotating, paged, openID],
            logger: Logger(label: "upstream", factory: { _ in SwiftLogNoOpLogHandler() }), clock: { now },
            randomness: { count in
                bytes.withLock { next in
                    (0..<count).map { _ in
                        next &+= 0x9E37_79B9_7F4A_7C15
                        return UInt8(truncatingIfNeeded: (next ^ (next >> 29)) &* 0xBF58_476D_1CE4_E5B9 >> 56)
                    }
                }
            })
        configuration.poolIssuer = nil
        configuration.gitHub = gitHub
        try await SimulatedProvider(configuration).whileRunning { provider in
            try await body(provider, http(limits: limits, observed: observed))
        }
    }

    /// A transport of its own.
    static func http(
        limits: UpstreamHTTP.Limits = UpstreamHTTP.Limits(deadline: .seconds(300)), observed: Observed = Observed()
    ) -> UpstreamHTTP {
        UpstreamHTTP(
            UpstreamClients(on: { HTTPClient.defaultEventLoopGroup }), limits: limits, now: { observed.now },
            report: { observed.note($0) })
    }
}

extension MintedTokens {
    var tokens: UpstreamTokens {
        UpstreamTokens(
            accessToken: Secret(accessToken), idToken: Secret(idToken), refreshToken: Secret(refreshToken))
    }
}
