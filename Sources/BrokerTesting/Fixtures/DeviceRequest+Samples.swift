package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension DeviceRequest {
    /// The request whose device code is `Fixtures.handle(label)`; it waits ten minutes from noon.
    package static func sample(
        _ label: String, client: ClientID = ClientID(rawValue: "transport"),
        expiresAt: Date = Fixtures.noon(plus: 600)
    ) -> DeviceRequest {
        DeviceRequest(
            digest: Fixtures.digest(label), userCode: Fixtures.digest("user code of \(label)"), clientID: client,
            scope: Scope(["openid", "email"]), interval: 7, expiresAt: expiresAt)
    }

    /// The grant that an approval of this request becomes; it lives an hour.
    package func grant(_ approval: DeviceApproval, at time: Date = Fixtures.noon) -> Grant {
        Grant(
            id: GrantID(rawValue: "device-grant"), clientID: clientID, scope: approval.scope, login: approval.login,
            createdAt: time, expiresAt: time.addingTimeInterval(3600))
    }
}

extension DeviceApproval {
    /// `person` lets a device in, for less than it asked for.
    package static func sample(_ person: SamplePerson = .anna) -> DeviceApproval {
        DeviceApproval(login: person.login(), scope: Scope(["openid"]), sealedTokens: "sealed-tokens-of-a-device")
    }
}
