import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension BrokerEnvironment {
    /// The bound on what an account has at `client`; none for a client whose grants end with their access token anyway.
    func grantLimit(for client: Client, at now: Date, visit: Visit) -> GrantLimit? {
        guard client.grantTypes.contains(.refreshToken) else { return nil }
        return GrantLimit(count: limits.grantsPerClient) { grant in
            AuditEvent(
                .grantRevoked, at: now, ray: visit.ray, account: grant.login.accountID, client: grant.clientID,
                provider: grant.login.provider, grant: grant.id, address: visit.address, reason: "limit")
        }
    }
}
