import Connectors
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
    /// Provider and subject alone decide which account it is; an e-mail address never does (FIELD §0.3).
    func record(_ login: UpstreamLogin, at provider: Provider, for client: Client) async throws -> Person {
        guard provider.admission.admits(login.claims) else { throw LoginPolicy.Denial.notAdmitted }
        let candidate = Identity(
            provider: provider.id, subject: login.subject, accountID: environment.random.identifier(),
            claims: login.claims)
        let person = try await environment.store.recordLogin(candidate, at: environment.clock.now)
        try policy.admit(person.identity, of: person.account, to: client)
        return person
    }

    /// The upstream tokens as they rest until the code is redeemed.
    func seal(_ tokens: UpstreamTokens, for client: Client) throws -> String {
        try environment.keyRing.sealJSON(
            tokens, as: .stagedLogin, for: client.id.rawValue, salt: environment.random.salt()
        ).text
    }
}
