import Connectors
import Logging
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Turns what a provider vouched for into a person known here. Shared by both ways in.
struct LoginRecorder: Sendable {
    private let environment: BrokerEnvironment
    private let policy: LoginPolicy

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
        policy = LoginPolicy(providers: environment.providers)
    }

    /// Finds or makes the account of `login`'s identity and asks policy about it.
    ///
    /// Provider and subject alone decide which account it is. An e-mail address has a say only where the operator vouches
    /// for the provider, and only the first time.
    func record(
        _ login: UpstreamLogin, at provider: Provider, for client: Client, visit: Visit
    ) async throws -> Person {
        guard provider.admission.admits(login.claims) else { throw LoginPolicy.Denial.notAdmitted }
        for remark in login.remarks {
            visit.logger.notice(
                "Upstream login is incomplete", metadata: ["connector.id": "\(provider.id)", "cause": "\(remark)"])
        }
        let person = VouchedPerson(subject: login.subject, claims: try await completed(login, at: provider))
        return try await record(person, at: provider, for: client, visit: visit)
    }

    /// The same for a login that produced no tokens.
    func record(
        _ login: VouchedPerson, at provider: Provider, for client: Client, visit: Visit
    ) async throws -> Person {
        guard provider.admission.admits(login.claims) else { throw LoginPolicy.Denial.notAdmitted }
        let candidate = Identity(
            provider: provider.id, subject: login.subject, accountID: environment.random.identifier(),
            claims: login.claims)
        let person = try await environment.store.recordLogin(
            candidate, linking: linking(of: candidate, at: provider, visit: visit), at: environment.clock.now)
        try policy.admit(person.identity, of: person.account, to: client)
        return person
    }

    /// The claims of `login`; what its provider says only once is as it was said then.
    private func completed(_ login: UpstreamLogin, at provider: Provider) async throws -> PersonClaims {
        let missing = login.toldOnce.filter { login.claims.values[$0] == nil }
        guard !missing.isEmpty,
            let known = try await environment.store.person(provider: provider.id, subject: login.subject)
        else { return login.claims }
        let remembered = known.identity.claims.values.filter { missing.contains($0.key) }
        return PersonClaims(remembered).merging(login.claims)
    }

    private func linking(of candidate: Identity, at provider: Provider, visit: Visit) -> IdentityLinking {
        switch provider.linking {
        case .byHand: return .never
        case .byVerifiedEmail: break
        }
        guard let key = candidate.claims.verifiedEmailKey else { return .never }
        let vouchers = environment.providers.providers().filter { $0.linking == .byVerifiedEmail }.map(\.id)
        let now = environment.clock.now
        return .byVerifiedEmail(
            VouchedAddress(key: key, vouchers: Set(vouchers)) { account in
                AuditEvent(
                    .identityLinked, at: now, ray: visit.ray, account: account, provider: provider.id,
                    address: visit.address, reason: "verified_email")
            })
    }

    /// The upstream tokens as they rest until the code is redeemed.
    func seal(_ tokens: UpstreamTokens, for client: Client) throws -> String {
        try environment.keyRing.seal(
            tokens, as: .stagedLogin, for: client.id.rawValue, salt: environment.random.salt()
        ).text
    }
}
