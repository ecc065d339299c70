import Dispatch
import NIOCore
import OAuth
import Testing

@testable import Connectors

@Suite("HTTP to providers: one whose names are not looked up keeps nobody else waiting", .timeLimit(.minutes(1)))
struct UpstreamLoopsTests {
    private static let city = ProviderID(rawValue: "city")
    private static let campus = ProviderID(rawValue: "campus")

    private func definition(_ id: ProviderID) throws -> ProviderDefinition {
        try ProviderFileTests.definition(ProviderFileTests.oidc().replacing(#""city""#, with: "\"\(id)\""))
    }

    @Test func `Each provider has a loop of its own, whatever becomes of its file`() {
        let loops = UpstreamLoops()
        let city = loops.group(of: Self.city)
        #expect(loops.group(of: Self.campus).next() !== city.next())
        #expect(loops.group(of: Self.city).next() === city.next())
    }

    @Test func `A provider whose loop stands still stops no other`() async throws {
        let loops = UpstreamLoops()
        let network = UpstreamNetwork(on: loops, now: { ContinuousClock.now }, report: { _, _ in })
        let (stuck, healthy) = (network.transport(to: try definition(Self.city)), try definition(Self.campus))
        let gate = DispatchSemaphore(value: 0)
        loops.group(of: Self.city).next().execute { gate.wait() }
        try await RawServer.run(.init(opening: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) { _, address in
            let request = UpstreamRequest(try UpstreamEndpoint(named: address))
            let other = network.transport(to: healthy)
            await withTaskGroup(of: Int?.self) { group in
                group.addTask { try? await stuck.send(request).status }
                let status = try? await other.send(request).status
                #expect(status == 200)
                gate.signal()
                let late = await group.next()
                #expect(late == 200)
            }
        }
    }
}
