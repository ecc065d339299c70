package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `GET` and `POST /device`: the person types the code that their device shows (RFC 8628 §3.3).
package struct DevicePageFlow: Sendable {
    private let environment: BrokerEnvironment
    private let authorization: AuthorizationFlow
    private let throttle: DeviceThrottle

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        authorization = AuthorizationFlow(environment)
        throttle = DeviceThrottle(environment.store)
    }

    /// What the form carries beside the code, and what binds it to this browser.
    package struct Form: Sendable {
        package let token: Secret
        package let cookies: [CookieChange]
    }

    /// How a try ended. The form is shown again for all but the first.
    package enum Outcome: Sendable {
        case next(FlowResult)
        /// No device waits under it: mistyped, expired, or decided about. One answer for all.
        case unknown
        /// Too many tries; seconds until the next one counts.
        case wait(seconds: Int)
    }

    /// Shows that a form was made for this browser: no other site can have it sent.
    private struct PageToken: Codable, Sendable {
        let browser: HandleDigest
        /// Seconds since 1970.
        let madeAt: Int

        private enum CodingKeys: String, CodingKey {
            case browser = "b"
            case madeAt = "t"
        }
    }

    private static let context = "device"

    /// A form for the browser of `visit`.
    package func form(visit: Visit) throws -> Form {
        let browser = visit.browser ?? environment.random.handle()
        let token = PageToken(browser: HandleDigest(of: browser), madeAt: environment.clock.now.numericDate)
        return Form(
            token: try environment.keyRing.sealJSON(
                token, as: .formToken, for: Self.context, salt: environment.random.salt()
            ).secret,
            cookies: visit.browser == nil ? [.bindBrowser(browser)] : [])
    }

    /// Takes the code to the login, and from there to the question whether the device may in.
    package func enter(_ typed: String, token: Secret, visit: Visit) async throws -> Outcome {
        let browser = try browser(of: visit, provenBy: token)
        guard let userCode = UserCode(typed: typed) else { return .unknown }
        let now = environment.clock.now
        let keys = DeviceThrottle.Keys(browser: browser, address: visit.address)
        let wait = try await throttle.count(keys, at: now)
        guard wait == 0 else { return .wait(seconds: wait) }
        guard let request = try await environment.store.waitingDevice(userCode: userCode.digest, at: now),
            let client = try await environment.store.client(request.clientID),
            client.grantTypes.contains(.deviceCode)
        else {
            try await environment.store.append([
                AuditEvent(
                    .deviceRefused, at: now, ray: visit.ray, address: visit.address, reason: "unknown_user_code")
            ])
            return .unknown
        }
        try await throttle.succeeded(keys)
        return .next(
            try await authorization.begin(
                try authorizationRequest(of: request, userCode: userCode, client: client), client: client,
                visit: visit))
    }

    private func browser(of visit: Visit, provenBy token: Secret) throws -> HandleDigest {
        guard let browser = visit.browser.map(HandleDigest.init(of:)),
            let opened = try? environment.keyRing.openJSON(token.reveal(), as: .formToken, into: PageToken.self),
            opened.context == Self.context, opened.value.browser == browser,
            environment.clock.now.numericDate - opened.value.madeAt < environment.lifetimes.session.absolute
        else { throw Refusal.otherBrowser }
        return browser
    }

    /// The device's request as one of the client's, so that it goes the way of all others up to its last step.
    private func authorizationRequest(
        of request: DeviceRequest, userCode: UserCode, client: Client
    ) throws -> AuthorizationRequest {
        var client = client
        client.redirectURIs = [try RedirectURI(registering: "\(environment.issuer)/device")]
        // Nobody redeems a code of this request; the challenge is there because every request has one.
        let verifier = CodeVerifier(random: environment.random.bytes(Bits256.self))
        let fields = [
            (name: "response_type", value: "code"), ("client_id", client.id.rawValue),
            ("redirect_uri", "\(environment.issuer)/device"), ("code_challenge", CodeChallenge(of: verifier).value),
            ("code_challenge_method", "S256"),
        ]
        let parameters = try FormParameters(decoding: FormEncoding.encode(fields).utf8)
        return try AuthorizationRequest(parameters, client: client).narrowed(to: request.scope)
            .answering(userCode)
    }
}
