import HTTPTypes
import HummingbirdTesting
import SimulatedUpstream
import Testing

@Suite("The simulated provider as a service") struct ServiceTests {
    @Test func `It takes a free port, says which, and names itself by it`() async throws {
        var configuration = try Fixture().provider.configuration
        configuration.baseURL = nil
        let provider = try SimulatedProvider(configuration)
        try await provider.whileRunning { provider in
            let port = try await provider.boundPort()
            #expect(port != 0)
            #expect(provider.baseURL == "http://localhost:\(port)")
            let response = try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                try await client.get("/.well-known/openid-configuration")
            }
            #expect(response.status == .ok)
        }
    }

    @Test func `A port that is taken is an error, not a silence`() async throws {
        let first = try SimulatedProvider(try Fixture().provider.configuration)
        try await first.whileRunning { first in
            var configuration = first.configuration
            configuration.port = try await first.boundPort()
            let second = try SimulatedProvider(configuration)
            await #expect(throws: (any Error).self) {
                try await second.whileRunning { _ in }
            }
        }
    }
}
