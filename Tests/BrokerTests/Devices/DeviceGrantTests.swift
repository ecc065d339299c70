import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("RFC 8628: devices that are let in with another one")
struct DeviceGrantTests {
    @Test("A device waits, is let in, and gets tokens like those of a code")
    func wholeWay() async throws {
        let scene = try await Scene.withDevice()
        let device = try await scene.startDevice()
        #expect(device.verificationURI == "https://broker.city.example/device")
        #expect((device.expiresIn, device.interval) == (600, 5))
        #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending)
        try await scene.letIn(device, in: scene.browser())
        let tokens = try await scene.poll(device)
        let identity = try claims(of: tokens.idToken)
        #expect(identity["aud"] == "television" && identity["idp"] == "local" && identity["nonce"] == nil)
        #expect(try await scene.userInfo(tokens.accessToken).values["email"] == "anna@city.example")
        let refreshed = try await scene.refresh(try #require(tokens.refreshToken), as: .television)
        #expect(refreshed.scope.tokens == ["openid", "email"])

        let address = "198.51.100.20"
        #expect(try await scene.trail(of: .deviceRequested).map(\.address) == [address])
        let granted = try await scene.trail(of: .authorizationGranted)
        #expect(granted.map(\.reason) == ["device"] && granted.map(\.address) == ["203.0.113.7"])
        let issued = try await scene.trail(of: .tokenIssued)
        #expect(issued.map(\.reason) == ["device_code"])
        #expect(try await scene.trail(of: .deviceRequested).map(\.grant) == issued.map(\.grant))
        for secret in [device.deviceCode.reveal(), device.userCode.display, device.userCode.letters] {
            #expect(try !scene.databaseHolds(secret))
        }
    }

    @Test("A grant is made once: the device that asks again gets nothing, and keeps what it has")
    func onlyOnce() async throws {
        let scene = try await Scene.withDevice()
        let device = try await scene.startDevice()
        try await scene.letIn(device, in: scene.browser())
        let outcomes = await withTaskGroup(of: TokenResponse?.self) { group in
            for _ in 0..<20 { group.addTask { try? await scene.poll(device) } }
            return await group.reduce(into: [TokenResponse]()) { found, tokens in if let tokens { found.append(tokens) }
            }
        }
        #expect(outcomes.count == 1)
        #expect(await scene.refusal { try await scene.poll(device) } == .invalidGrant)
        let tokens = try #require(outcomes.first)
        #expect(try await scene.userInfo(tokens.accessToken).values["sub"] != nil)
    }

    @Test("A person who says no, or who takes too long, lets nobody in")
    func refused() async throws {
        let scene = try await Scene.withDevice()
        let (denied, late) = (try await scene.startDevice(), try await scene.startDevice())
        let browser = scene.browser()
        let payload = try await scene.atQuestion(denied, in: browser)
        #expect(try await scene.decide(.deny, payload, in: browser).deviceOutcome == .denied)
        #expect(await scene.refusal { try await scene.poll(denied) } == .accessDenied)
        #expect(try await scene.trail(of: .authorizationDenied).count == 1)

        let second = try await scene.atQuestion(late, in: browser)
        scene.pass(600)
        await #expect(throws: Refusal.requestExpired) { try await scene.decide(.allow, second, in: browser) }
        #expect(await scene.refusal { try await scene.poll(late) } == .expiredToken)
        scene.pass(700)
        _ = try await scene.broker.store.sweep(expiredBefore: scene.clock.now, limit: 100)
        #expect(await scene.refusal { try await scene.poll(late) } == .invalidGrant)
    }

    @Test("A device that was let in and comes too late gets nothing")
    func tooLate() async throws {
        let scene = try await Scene.withDevice()
        let device = try await scene.startDevice()
        try await scene.letIn(device, in: scene.browser())
        scene.pass(600)
        #expect(await scene.refusal { try await scene.poll(device) } == .expiredToken)
    }

    @Test("A device that asks too often is told so, each time for five seconds more; patience costs no write")
    func slowDown() async throws {
        let scene = try await Scene.withDevice()
        let device = try await scene.startDevice()
        let before = scene.writes
        for _ in 0..<4 {
            #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending)
            scene.pass(5)
        }
        #expect(scene.writes == before)
        #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending)
        scene.pass(1)
        #expect(await scene.refusal { try await scene.poll(device) } == .slowDown)
        scene.pass(5)
        #expect(await scene.refusal { try await scene.poll(device) } == .slowDown, "Ten seconds now.")
        scene.pass(15)
        #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending, "Fifteen.")
        for _ in 0..<30 { #expect(await scene.refusal { try await scene.poll(device) } == .slowDown) }
        scene.pass(60)
        #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending, "It ends at a minute.")
        try await scene.letIn(device, in: scene.browser())
        #expect(try await scene.poll(device).refreshToken != nil)
    }

    @Test(
        "A code that is nobody's, another client's, or another kind's is not valid",
        arguments: ["", "nonsense", "a.b.c", "%00"])
    func wrongCodes(text: String) async throws {
        let scene = try await Scene.withDevice()
        var other = Client.television
        other.id = ClientID(rawValue: "radio")
        try await scene.broker.register(other)
        let wrong = DeviceAuthorizationResponse(
            deviceCode: Secret(text), userCode: try #require(UserCode(typed: "BCDF-GHJK")), verificationURI: "",
            expiresIn: 1, interval: 1)
        let expected: OAuthError.Code = text.isEmpty ? .invalidRequest : .invalidGrant
        #expect(await scene.refusal { try await scene.poll(wrong) } == expected)

        let device = try await scene.startDevice()
        try await scene.letIn(device, in: scene.browser())
        #expect(await scene.refusal { try await scene.poll(device, as: other) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.poll(device, as: try .portal) } == .unauthorizedClient)
        #expect(try await scene.poll(device).refreshToken != nil, "Nothing was used up.")
    }

    @Test("Only a client that is registered for it, and proves itself, may ask")
    func clients() async throws {
        var confidential = Client.television
        confidential.authentication = .secret(PasswordHash(phc: "replaced when registered"))
        let scene = try await Scene.withDevice(confidential)
        #expect(await scene.refusal { try await scene.startDevice(.television) } == .invalidClient)
        #expect(await scene.refusal { try await scene.startDevice(try .parking) } == .unauthorizedClient)
        #expect(try await scene.startDevice(confidential).interval == 5)
        #expect(
            await scene.refusal { try await scene.startDevice(confidential, scope: "openid admin") } == .invalidScope)
    }

    @Test("No more wait than may, and one client's flood leaves room for the others")
    func limits() async throws {
        var limits = Limits()
        limits.waitingDevicesPerClient = 2
        limits.waitingDevices = 3
        let scene = try await Scene.withDevice(limits: limits)
        var other = Client.television
        other.id = ClientID(rawValue: "radio")
        try await scene.broker.register(other)
        for _ in 0..<2 { _ = try await scene.startDevice() }
        #expect(await scene.refusal { try await scene.startDevice() } == .temporarilyUnavailable)
        _ = try await scene.startDevice(other)
        #expect(await scene.refusal { try await scene.startDevice(other) } == .temporarilyUnavailable)
        scene.pass(600)
        _ = try await scene.startDevice()
    }

    @Test("An address that starts devices of a public client without end is slowed down, and nobody else")
    func flood() async throws {
        let scene = try await Scene.withDevice()
        for _ in 0..<100 { _ = try await scene.startDevice() }
        #expect(await scene.refusal { try await scene.startDevice() } == .temporarilyUnavailable)
        _ = try await scene.startDevice(address: "198.51.100.21")
    }

    @Test("Policy is asked when the device comes, too")
    func policy() async throws {
        let scene = try await Scene.withDevice()
        let (first, second) = (try await scene.startDevice(), try await scene.startDevice())
        let browser = scene.browser()
        for device in [first, second] { try await scene.letIn(device, in: browser) }
        scene.catalogue.set(.local, .disabled)
        #expect(await scene.refusal { try await scene.poll(first) } == .invalidGrant)
        #expect(try await scene.trail(of: .grantRevoked).map(\.reason) == ["provider_disabled"])
        scene.catalogue.set(.local, .local)
        let anna = try #require(try await scene.broker.accounts.account(userName: SamplePerson.anna.userName))
        try await scene.broker.accounts.setStatus(.disabled, of: anna.account.id)
        try await scene.broker.accounts.setStatus(.active, of: anna.account.id)
        #expect(await scene.refusal { try await scene.poll(second) } == .accessDenied)
    }

    @Test("Signing out of the browser leaves the device alone, before and after it has its tokens")
    func ownSession() async throws {
        let scene = try await Scene.withDevice()
        let (early, late) = (try await scene.startDevice(), try await scene.startDevice())
        let browser = scene.browser()
        for device in [early, late] { try await scene.letIn(device, in: browser) }
        let before = try await scene.poll(early)
        browser.apply(try await Sessions(scene.environment).end(visit: browser.visit).cookies)
        let after = try await scene.poll(late)
        for tokens in [before, after] {
            #expect(try await scene.userInfo(tokens.accessToken).values["email"] == "anna@city.example")
        }
        let sessions = try [before, after].map { try claims(of: $0.idToken)["sid"] }
        #expect(sessions[0] != nil && sessions[1] != nil && sessions[0] != sessions[1])
    }

    @Test("A sealed client gets the provider's own token, whoever led the login", arguments: [nil, Scene.frontEnd])
    func sealed(frontEnd: String?) async throws {
        var client = Client.television
        client.tokenProfile = .sealed
        let scene = try await Scene.withDevice(client, frontEnd: frontEnd)
        let browser = scene.browser()
        let device = try await scene.startDevice(client)
        var step = try await scene.enter(device, in: browser)
        if let payload = step.frontEndPayload {
            _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
            step = try await scene.resume(payload, in: browser)
        } else {
            step = try await scene.logIn(
                at: StubCatalogue.google, payload: try #require(step.loginPayload), in: browser)
        }
        let payload = try #require(step.devicePayload)
        #expect(try await scene.decide(.allow, payload, in: browser).deviceOutcome == .allowed)
        let tokens = try await scene.poll(device, as: client)
        scene.pass(10)
        _ = try await scene.refresh(try #require(tokens.refreshToken), as: client)
        let connector = frontEnd == nil ? scene.catalogue.google : scene.catalogue.pool
        #expect(connector.record.refreshed.count == 1, "The refresh token is around the provider's.")
    }

    @Test("A device of a client with scopes that demand something goes by the verification page")
    func verification() async throws {
        var client = Client.television
        client.allowedScope = Scope(["openid", "identity:verified"])
        let scene = try await Scene.withDevice(client, scopes: .verifying)
        let browser = scene.browser()
        let device = try await scene.startDevice(scope: "openid identity:verified")
        let login = try #require(try await scene.enter(device, in: browser).loginPayload)
        let payload = try scene.verificationPayload(try await scene.logIn(.anna, payload: login, in: browser))
        let hasty: NextStep = try await scene.decide(DeviceQuestionFlow.Decision.allow, payload, in: browser)
        #expect(try scene.verificationPayload(hasty).isEmpty == false, "Nothing is let in past the page.")
        #expect(await scene.refusal { try await scene.poll(device) } == .authorizationPending)
        let cancelled: NextStep = try await scene.decide(VerificationFlow.Decision.cancel, payload, in: browser)
        #expect(cancelled.deviceOutcome == .denied)
        #expect(await scene.refusal { try await scene.poll(device) } == .accessDenied)
    }
}
