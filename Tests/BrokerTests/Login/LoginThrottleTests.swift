import Broker
import BrokerTesting
import OAuth
import Testing

@Suite("Local accounts: guessing is slowed down")
struct LoginThrottleTests {
    private struct Guesser {
        let scene: Scene
        let browser: TestBrowser
        let payload: String

        init(address: String = "203.0.113.7", at scene: Scene) async throws {
            self.scene = scene
            browser = scene.browser(address: address)
            let step = try await scene.authorize(SampleRequest(try .parking), in: browser)
            payload = try #require(step.loginPayload)
        }

        /// The seconds to wait; 0 if the guess was judged, nil if it was right.
        func guess(_ name: String, _ password: Secret = Secret("guess")) async throws -> Int? {
            switch try await scene.attemptLocalLogin(name, password, payload: payload, in: browser) {
            case .loggedIn: return nil
            case .wrong: return 0
            case .wait(let seconds): return seconds
            case .busy: throw UnexpectedStep(found: "busy")
            }
        }
    }

    private static let right = BrokerFixture.password(of: .anna)

    private func scene() async throws -> Scene {
        let scene = try await Scene(lifetimes: patient)
        try await scene.broker.enrol(.anna)
        try await scene.broker.enrol(.boris)
        return scene
    }

    /// Payloads that outlive the longest wait.
    private var patient: Lifetimes {
        var lifetimes = Lifetimes()
        lifetimes.payload = 86400
        return lifetimes
    }

    @Test("Five failures are free; from then on the wait doubles, up to a quarter of an hour")
    func doubling() async throws {
        let scene = try await scene()
        let guesser = try await Guesser(at: scene)
        for _ in 0..<5 { #expect(try await guesser.guess("anna") == 0) }
        for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            #expect(try await guesser.guess("anna") == expected)
            scene.pass(Double(expected) - 0.5)
            #expect(try await guesser.guess("anna", Self.right) == 1, "Even the right password has to wait.")
            scene.pass(0.5)
            #expect(try await guesser.guess("anna") == 0)
        }
    }

    @Test("After the wait the right password opens, and the account's failures are forgotten")
    func success() async throws {
        let scene = try await scene()
        let guesser = try await Guesser(at: scene)
        for _ in 0..<5 { _ = try await guesser.guess("anna") }
        scene.pass(1)
        #expect(try await guesser.guess("anna", Self.right) == nil)
        for _ in 0..<5 { #expect(try await guesser.guess("anna") == 0) }
        #expect(try await guesser.guess("anna") == 1)
    }

    @Test("After an hour of quiet counting starts anew")
    func window() async throws {
        let scene = try await scene()
        let guesser = try await Guesser(at: scene)
        for _ in 0..<5 { _ = try await guesser.guess("anna") }
        scene.pass(3601)
        for _ in 0..<5 { #expect(try await guesser.guess("anna") == 0) }
        #expect(try await guesser.guess("anna") == 1)
    }

    @Test("All spellings of a user name count together, from wherever they come")
    func spellings() async throws {
        let scene = try await scene()
        let last = try await Guesser(address: "198.51.100.99", at: scene)
        for (index, name) in ["anna", "ANNA", " Anna", "Ａnna", "aNNa"].enumerated() {
            let guesser = try await Guesser(address: "198.51.100.\(index)", at: scene)
            #expect(try await guesser.guess(name) == 0)
        }
        #expect(try await last.guess("anna", Self.right) == 1)
    }

    @Test("A name that nobody has is slowed down just the same")
    func unknownName() async throws {
        let scene = try await scene()
        let guesser = try await Guesser(at: scene)
        for _ in 0..<5 { #expect(try await guesser.guess("nobody") == 0) }
        #expect(try await guesser.guess("nobody") == 1)
    }

    @Test("One account's failures do not slow down another's")
    func independentAccounts() async throws {
        let scene = try await scene()
        let guesser = try await Guesser(at: scene)
        for _ in 0..<6 { _ = try await guesser.guess("anna") }
        #expect(try await guesser.guess("boris", BrokerFixture.password(of: .boris)) == nil)
    }

    @Test("An address that tries many names is slowed down, and a password of its own does not help it")
    func address() async throws {
        let scene = try await scene()
        let guesser = try await Guesser(at: scene)
        for index in 0..<49 { #expect(try await guesser.guess("person-\(index)") == 0) }
        #expect(try await guesser.guess("boris", BrokerFixture.password(of: .boris)) == nil)
        #expect(try await guesser.guess("person-49") == 0)
        #expect(try await guesser.guess("person-50") == 1)
        let elsewhere = try await Guesser(address: "198.51.100.1", at: scene)
        #expect(try await elsewhere.guess("person-50") == 0)
    }

    @Test("Guesses sent all at once are all counted")
    func simultaneous() async throws {
        let scene = try await scene()
        let guesser = try await Guesser(at: scene)
        let judged = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<30 { group.addTask { try await guesser.guess("anna") == 0 ? 1 : 0 } }
            return try await group.reduce(0, +)
        }
        #expect(judged >= 5)
        let doublings = min(judged - 5, 10)
        #expect(try await guesser.guess("anna", Self.right) == min(900, 1 << doublings))
    }
}
