import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Seals authorization requests for their way through the browser, and opens them for the browser that began them.
struct Payloads: Sendable {
    private let environment: BrokerEnvironment

    /// Longest sealed form that travels in a URL, in characters; a longer one is kept here and travels by reference.
    /// What is sent away as `state` is thereby a parameter that this broker would take itself, so brokers can be chained.
    private static let maximumTextLength = FormParameters.maximumLength
    private static let referencePrefix = "ref."

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    /// A new payload for `request`, bound to `browser`.
    func make(_ request: AuthorizationRequest, browser: Secret, ray: RayID) -> AuthorizationPayload {
        let now = environment.clock.now
        return AuthorizationPayload(
            id: environment.random.identifier(), request: request, browser: HandleDigest(of: browser), ray: ray,
            issuedAt: now.milliseconds, expiresAt: now.numericDate + environment.lifetimes.payload)
    }

    /// The form that travels.
    func seal(_ payload: AuthorizationPayload) async throws -> String {
        let sealed = try environment.keyRing.sealJSON(
            payload, as: .payload, for: payload.request.clientID.rawValue, salt: environment.random.salt()
        ).text
        return try await shortened(sealed, until: payload.expiresAt)
    }

    /// `sealed`, or if that is too long for a URL a reference to it, good until `expiry` (seconds since 1970).
    func shortened(_ sealed: String, until expiry: Int) async throws -> String {
        guard sealed.utf8.count > Self.maximumTextLength else { return sealed }
        let reference = environment.random.handle()
        let kept = try await environment.store.keepRequest(
            sealed, as: HandleDigest(of: reference), until: Date(timeIntervalSince1970: Double(expiry)))
        guard kept else { throw Refusal.busy }
        return Self.referencePrefix + reference.reveal()
    }

    /// What ``shortened(_:until:)`` was given.
    func restored(_ text: String) async throws -> String {
        guard text.hasPrefix(Self.referencePrefix) else { return text }
        let reference = Secret(String(text.dropFirst(Self.referencePrefix.count)))
        guard
            let kept = try await environment.store.keptRequest(HandleDigest(of: reference), at: environment.clock.now)
        else { throw Refusal.requestExpired }
        return kept
    }

    /// Opens `text` whoever brings it; only `/oauth2/info` and `/oauth2/store` may use it so.
    func open(_ text: String) async throws -> AuthorizationPayload {
        let sealed = try await restored(text)
        guard
            let payload = try? environment.keyRing.openJSON(sealed, as: .payload, into: AuthorizationPayload.self)
                .value,
            environment.clock.now.numericDate < payload.expiresAt
        else { throw Refusal.requestExpired }
        return payload
    }

    /// Opens `text` only for the browser that began the request: the cookie must be there and be the right one.
    func open(_ text: String, for visit: Visit) async throws -> AuthorizationPayload {
        let payload = try await open(text)
        guard payload.isBound(to: visit.browser) else { throw Refusal.otherBrowser }
        return payload
    }
}

extension AuthorizationPayload {
    /// When the payload stops counting.
    var endsAt: Date { Date(timeIntervalSince1970: Double(expiresAt)) }

    /// When the client's request arrived.
    var begunAt: Date { Date(timeIntervalSince1970: Double(issuedAt) / 1000) }

    /// Whether `cookie` is the binding cookie this payload was sealed for.
    func isBound(to cookie: Secret?) -> Bool {
        guard let cookie else { return false }
        return HandleDigest(of: cookie) == browser
    }
}
