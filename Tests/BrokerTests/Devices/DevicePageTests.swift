import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("RFC 8628 §5: codes that are guessed, and codes that somebody sends")
struct DevicePageTests {
    private func wait(_ scene: Scene, _ code: String, in browser: TestBrowser) async throws -> Int? {
        switch try await scene.type(code, in: browser) {
        case .next: nil
        case .unknown: 0
        case .wait(let seconds): seconds
        }
    }

    /// Wrong ones, as no seeded draw makes them.
    private func guess(_ number: Int) -> String {
        let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ")
        return "ZZZZ-Z" + String([alphabet[number / 400 % 20], alphabet[number / 20 % 20], alphabet[number % 20]])
    }

    @Test("However the code is typed, the question names the client, the code and the person")
    func question() async throws {
        let scene = try await Scene.withDevice()
        let device = try await scene.startDevice()
        let browser = scene.browser()
        let typed = " \(device.userCode.letters.lowercased())"
        guard case .next(let result) = try await scene.type(typed, in: browser) else {
            Issue.record("Not taken")
            return
        }
        let login = try #require(browser.follow(result).loginPayload)
        let payload = try #require(try await scene.logIn(.anna, payload: login, in: browser).devicePayload)
        let question = try await scene.question(payload, in: browser)
        #expect(question.client.name == "City Television")
        #expect(question.userCode == device.userCode)
        #expect(question.scopes.map(\.name) == ["openid", "email"])
        #expect(question.person.email == "anna@city.example")
    }

    @Test("Who has a session is asked all the same, each time, by a client of the operator's own too")
    func neverByItself() async throws {
        let scene = try await Scene.withDevice()
        let browser = scene.browser()
        for _ in 0..<3 {
            let device = try await scene.startDevice()
            _ = try await scene.atQuestion(device, in: browser)
            #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending)
            try await scene.letIn(device, in: browser)
        }
    }

    @Test("Five wrong codes of a browser are free, then each costs a wait that doubles, and the right one waits too")
    func guessing() async throws {
        let scene = try await Scene.withDevice()
        let device = try await scene.startDevice()
        let browser = scene.browser()
        for number in 0..<5 { #expect(try await wait(scene, guess(number), in: browser) == 0) }
        for (number, expected) in [1, 2, 4, 8].enumerated() {
            #expect(try await wait(scene, device.userCode.display, in: browser) == expected)
            scene.pass(Double(expected))
            #expect(try await wait(scene, guess(10 + number), in: browser) == 0)
        }
        scene.pass(16)
        #expect(try await wait(scene, device.userCode.display, in: browser) == nil)
        #expect(try await scene.trail(of: .deviceRefused).count == 9)
        #expect(try await scene.trail(of: .deviceRefused).allSatisfy { $0.address == "203.0.113.7" })
    }

    @Test("Browsers of one address are counted together, and a right code buys the address nothing")
    func guessingFromOneAddress() async throws {
        let scene = try await Scene.withDevice()
        for number in 0..<19 { #expect(try await wait(scene, guess(number), in: scene.browser()) == 0) }
        let device = try await scene.startDevice()
        #expect(try await wait(scene, device.userCode.display, in: scene.browser()) == nil)
        #expect(try await wait(scene, guess(19), in: scene.browser()) == 0)
        #expect(try await wait(scene, guess(20), in: scene.browser()) == 1)
        #expect(try await wait(scene, guess(20), in: scene.browser(address: "198.51.100.3")) == 0)
    }

    @Test("All addresses together get a thousand wrong codes, and then one a second")
    func guessingFromEverywhere() async throws {
        let scene = try await Scene.withDevice()
        for number in 0..<1000 {
            let browser = scene.browser(address: "198.51.\(number / 250).\(number % 250)")
            #expect(try await wait(scene, guess(number), in: browser) == 0)
        }
        let device = try await scene.startDevice()
        let person = scene.browser()
        #expect(try await wait(scene, device.userCode.display, in: person) == 1)
        scene.pass(1)
        #expect(try await wait(scene, device.userCode.display, in: person) == nil)
    }

    @Test("What is no code is told so without being counted", arguments: ["", "AAAA-AAAA", "BCDF", "' OR 1=1 --"])
    func noCode(text: String) async throws {
        let scene = try await Scene.withDevice()
        let browser = scene.browser()
        let before = scene.writes
        for _ in 0..<10 { #expect(try await wait(scene, text, in: browser) == 0) }
        #expect(scene.writes == before)
    }

    @Test("A code counts no more once it was decided about, has expired, or lost its client")
    func decided() async throws {
        let scene = try await Scene.withDevice()
        let devices = [try await scene.startDevice(), try await scene.startDevice(), try await scene.startDevice()]
        let browser = scene.browser()
        try await scene.letIn(devices[0], in: browser)
        #expect(try await wait(scene, devices[0].userCode.display, in: browser) == 0)
        try await scene.broker.clients.delete(Client.television.id)
        #expect(try await wait(scene, devices[1].userCode.display, in: browser) == 0)
        try await scene.broker.register(.television)
        let late = try await scene.startDevice()
        scene.pass(600)
        #expect(try await wait(scene, late.userCode.display, in: browser) == 0)
    }

    @Test("A form of another browser, a forged one and one from long ago are refused")
    func forms() async throws {
        let scene = try await Scene.withDevice()
        let device = try await scene.startDevice()
        let flow = DevicePageFlow(scene.environment)
        let (own, other) = (scene.browser(), scene.browser())
        let form = try flow.form(visit: own.visit)
        own.apply(form.cookies)
        other.apply(try flow.form(visit: other.visit).cookies)
        let code = device.userCode.display
        for (token, visit) in [
            (form.token, other.visit), (form.token, own.crossSiteVisit), (Secret("forged"), own.visit),
        ] {
            await #expect(throws: Refusal.otherBrowser) {
                try await flow.enter(code, token: token, visit: visit)
            }
        }
        scene.pass(12 * 3600)
        await #expect(throws: Refusal.otherBrowser) { try await flow.enter(code, token: form.token, visit: own.visit) }
    }

    @Test("The question is answered in the browser, by the person and on the page it was asked, and once")
    func answers() async throws {
        let scene = try await Scene.withDevice()
        let (device, second) = (try await scene.startDevice(), try await scene.startDevice())
        let browser = scene.browser()
        let payload = try await scene.atQuestion(device, in: browser)
        let token = try await scene.question(payload, in: browser).formToken
        let otherPayload = try await scene.atQuestion(second, in: browser)
        let otherToken = try await scene.question(otherPayload, in: browser).formToken
        let flow = DeviceQuestionFlow(scene.environment)
        await #expect(throws: Refusal.otherBrowser) {
            try await flow.decide(.allow, formToken: token, payload: payload, visit: scene.browser().visit)
        }
        for wrong in [otherToken, Secret("forged"), Secret("")] {
            await #expect(throws: Refusal.otherBrowser) {
                try await flow.decide(.allow, formToken: wrong, payload: payload, visit: browser.visit)
            }
        }
        _ = try await flow.decide(.deny, formToken: token, payload: payload, visit: browser.visit)
        await #expect(throws: Refusal.self) {
            try await flow.decide(.allow, formToken: token, payload: payload, visit: browser.visit)
        }
        #expect(await scene.refusal { try await scene.poll(device) } == .accessDenied)
    }

    @Test("What is meant for a device never becomes a code, and what is not never lets one in")
    func otherPages() async throws {
        let scene = try await Scene.withDevice()
        let browser = scene.browser()
        let payload = try await scene.atQuestion(try await scene.startDevice(), in: browser)
        let consent = ConsentFlow(scene.environment)
        let token = try await consent.question(payload, visit: browser.visit).formToken
        await #expect(throws: Refusal.malformedRequest) {
            try await consent.decide(.allow, formToken: token, payload: payload, visit: browser.visit)
        }
        let step = try await scene.authorize(SampleRequest(try .portal), in: browser)
        let other = try #require(step.consentPayload)
        await #expect(throws: Refusal.malformedRequest) {
            try await DeviceQuestionFlow(scene.environment).question(other, visit: browser.visit)
        }
    }

    @Test("A person whom policy turns away lets nobody in")
    func turnedAway() async throws {
        var client = Client.television
        client.providers = .only([StubCatalogue.google])
        let scene = try await Scene.withDevice(client)
        let browser = scene.browser()
        let device = try await scene.startDevice()
        let step = try await scene.enter(device, in: browser)
        let login = try #require(step.loginPayload)
        await #expect(throws: Refusal.self) {
            try await scene.attemptLocalLogin(
                "anna", BrokerFixture.password(of: .anna), payload: login, in: browser)
        }
        let payload = try #require(
            try await scene.logIn(at: StubCatalogue.google, payload: login, in: browser).devicePayload)
        scene.catalogue.set(StubCatalogue.google, .disabled)
        await #expect(throws: Refusal.self) { try await scene.decide(.allow, payload, in: browser) }
        #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending)
    }

    @Test("What a login brought that lets nobody in is given back to the provider")
    func givenBack() async throws {
        var client = Client.television
        client.tokenProfile = .sealed
        let scene = try await Scene.withDevice(client)
        let browser = scene.browser()
        let device = try await scene.startDevice(client)
        let login = try #require(try await scene.enter(device, in: browser).loginPayload)
        let payload = try #require(
            try await scene.logIn(at: StubCatalogue.google, payload: login, in: browser).devicePayload)
        _ = try await scene.decide(.deny, payload, in: browser)
        scene.environment.revocations.finish()
        await scene.environment.revocations.run()
        #expect(scene.catalogue.google.record.revoked.count == 1)
    }
}
