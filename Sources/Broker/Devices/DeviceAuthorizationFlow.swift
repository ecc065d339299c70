package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `POST /oauth2/device_authorization`: a device without browser or keyboard asks to be let in (RFC 8628 §3.1).
package struct DeviceAuthorizationFlow: Sendable {
    private let environment: BrokerEnvironment
    private let authenticator: ClientAuthenticator
    private let throttle: DeviceThrottle

    /// Seconds between two questions, until a device has asked too often.
    private static let interval = 5

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        authenticator = ClientAuthenticator(environment)
        throttle = DeviceThrottle(environment.store)
    }

    /// Makes the codes; throws ``OAuthError``.
    package func begin(
        _ parameters: FormParameters, authorization: String?, visit: Visit
    ) async throws -> DeviceAuthorizationResponse {
        let credentials = try ClientCredentials(authorization: authorization, parameters: parameters)
        let client = try await authenticator.authenticate(credentials, visit: visit)
        guard client.grantTypes.contains(.deviceCode) else {
            throw OAuthError(.unauthorizedClient, "The client is not registered for this grant type.")
        }
        let scope = try DeviceAuthorizationRequest(parameters, client: client).scope
        let now = environment.clock.now
        if client.isPublic {
            guard try await throttle.countRequest(from: visit.address, at: now) == 0 else { throw Self.tooMany }
        }
        let deviceCode = environment.random.handle()
        let userCode = UserCode(random: environment.random.bytes(Bits128.self))
        let lifetime = environment.lifetimes.device
        let request = DeviceRequest(
            digest: HandleDigest(of: deviceCode), userCode: userCode.digest, clientID: client.id, scope: scope,
            interval: Self.interval, expiresAt: now.addingTimeInterval(Double(lifetime)))
        let limits = environment.limits
        // Who asked from where is what an investigator of a phished approval wants to know first (RFC 8628 §5.4).
        let event = AuditEvent(
            .deviceRequested, at: now, ray: visit.ray, client: client.id, grant: GrantID(ofCode: request.digest),
            address: visit.address)
        let kept = try await environment.store.keepDevice(
            request, within: DeviceLimit(total: limits.waitingDevices, perClient: limits.waitingDevicesPerClient),
            at: now, events: [event])
        guard kept else { throw Self.tooMany }
        return DeviceAuthorizationResponse(
            deviceCode: deviceCode, userCode: userCode, verificationURI: "\(environment.issuer)/device",
            expiresIn: lifetime, interval: request.interval)
    }

    private static let tooMany = OAuthError(.temporarilyUnavailable, "Too many devices are waiting. Try again.")
}
