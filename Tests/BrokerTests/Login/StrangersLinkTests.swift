import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("DESIGN §2: a stranger's login link")
struct StrangersLinkTests {
    /// Whether the victim's browser was ever at this broker before.
    enum Past: CaseIterable {
        case fresh
        case known
    }

    @Test("Logging in through a stranger's link brings the stranger nothing (CVE-2022-39222)", arguments: Past.allCases)
    func strangersLink(past: Past) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let stranger = scene.browser(address: "198.51.100.66")
        let link = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: stranger)
        let victim = scene.browser()
        switch past {
        case .fresh: break
        case .known: _ = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: victim)
        }
        let receipt = try? await scene.store(link, as: .frontEndPage, visit: victim.visit)
        switch past {
        case .known:
            #expect(receipt == nil, "The front end's page sends the victim's cookie, which is not the stranger's.")
            await #expect(throws: Refusal.loginNotFinished) { try await scene.resume(link, in: stranger) }
        case .fresh:
            let fresh = try #require(receipt?.freshPayload)
            await #expect(throws: Refusal.otherBrowser) { try await scene.resume(fresh, in: victim) }
            await #expect(throws: Refusal.alreadyUsed) { try await scene.resume(link, in: stranger) }
        }
        await #expect(throws: Refusal.self) { try await scene.allow(link, in: stranger) }
        #expect(try await scene.trail(of: .authorizationGranted).isEmpty)
    }

    @Test("A payload of the stranger's continues in no browser but the stranger's, even with the login stored")
    func planted() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let stranger = scene.browser(address: "198.51.100.66")
        let link = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: stranger)
        _ = try await scene.store(link, as: .frontEndPage, visit: stranger.visit)
        let victim = scene.browser()
        _ = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: victim)
        await #expect(throws: Refusal.otherBrowser) { try await scene.resume(link, in: victim) }
    }
}
