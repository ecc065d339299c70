import Connectors
package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `/account/link` and `/account/unlink`: which logins elsewhere belong to an account.
///
/// An identity is linked by logging in with both: with the account, a short while ago, and with the identity, on a trip
/// that this session began. What proves the second is sealed with its provider and subject and is worth nothing to another
/// session, account or browser (CVE-2026-9087).
package struct LinkingFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let desk: AccountDesk

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        desk = AccountDesk(environment)
    }

    /// What the person is asked before an identity is linked.
    package struct Question: Sendable {
        package let providerName: String
        /// The person as the provider knows them.
        package let person: PersonClaims
        package let consequence: Consequence
    }

    /// What agreeing brings with it.
    package enum Consequence: Sendable, Hashable {
        case nothingElse
        /// The identity has an account of its own here, which it leaves.
        case leavesItsAccount
    }

    package enum Decision: Sendable, Hashable {
        case link
        case cancel
    }

    /// A login at a provider, shown to the session that began the trip.
    private struct Proof: Codable, Sendable {
        let payload: PayloadID
        let browser: HandleDigest
        let session: SessionReference
        let subject: String
        let claims: PersonClaims
        /// Whose the identity was when it was proven.
        let owner: AccountID?
        /// Seconds since 1970.
        let expiresAt: Int

        private enum CodingKeys: String, CodingKey {
            case payload = "i"
            case browser = "b"
            case session = "s"
            case subject = "u"
            case claims = "c"
            case owner = "o"
            case expiresAt = "e"
        }
    }

    /// Sends the browser to `providerID`, or to log in here first where that was too long ago.
    package func begin(_ providerID: ProviderID, token: Secret, visit: Visit) async throws -> FlowResult {
        let session = try await desk.session(of: visit, provenBy: token)
        guard desk.isFresh(session) else { return try await desk.logIn(again: .always, visit: visit) }
        guard let reference = SessionReference(session), let browser = visit.browser else {
            throw Refusal.notLoggedIn
        }
        let payload = try desk.payload(again: .ifNeeded, browser: browser, ray: visit.ray)
        return try await UpstreamLoginFlow(environment).begin(
            providerID, linkingTo: reference, payload: payload, visit: visit)
    }

    /// Takes what the provider vouched for to the question whether it shall be linked.
    func propose(
        _ login: UpstreamLogin, at provider: Provider, for reference: SessionReference,
        payload: AuthorizationPayload, visit: Visit
    ) async throws -> FlowResult {
        _ = try await desk.session(of: visit, named: reference)
        guard provider.admission.admits(login.claims) else { throw LoginPolicy.Denial.notAdmitted }
        let owner = try await environment.store.person(provider: provider.id, subject: login.subject)?.account
        try checkMayLeave(owner)
        guard owner?.id != reference.account else { return FlowResult(.goToAccount) }
        let proof = Proof(
            payload: payload.id, browser: payload.browser, session: reference, subject: login.subject,
            claims: login.claims, owner: owner?.id, expiresAt: payload.expiresAt)
        let sealed = try environment.keyRing.sealJSON(
            proof, as: .linkProof, for: provider.id.rawValue, salt: environment.random.salt())
        return FlowResult(
            .goToLinkQuestion(proof: try await payloads.shortened(sealed.text, until: payload.expiresAt)))
    }

    /// What to ask.
    package func question(_ proofText: String, visit: Visit) async throws -> Question {
        let (provider, proof) = try await open(proofText, visit: visit)
        return Question(
            providerName: provider.name, person: proof.claims,
            consequence: proof.owner == nil ? .nothingElse : .leavesItsAccount)
    }

    /// Takes the answer. Each proof counts once.
    package func decide(_ decision: Decision, proof proofText: String, visit: Visit) async throws -> FlowResult {
        let (provider, proof) = try await open(proofText, visit: visit)
        let now = environment.clock.now
        let use = PayloadUse.travelled(
            proof.payload, expiry: Date(timeIntervalSince1970: Double(proof.expiresAt)))
        guard try await environment.store.useUp(use, at: now, events: []) else { throw Refusal.alreadyUsed }
        switch decision {
        case .cancel: return FlowResult(.goToAccount)
        case .link: break
        }
        if let owner = proof.owner {
            let account = try await environment.store.account(owner)
            do throws(LoginPolicy.Denial) { try checkMayLeave(account) } catch { throw error.refusal }
        }
        let identity = Identity(
            provider: provider.id, subject: proof.subject, accountID: proof.session.account, claims: proof.claims,
            lastLoginAt: now)
        let event = AuditEvent(
            .identityLinked, at: now, ray: visit.ray, account: identity.accountID, provider: provider.id,
            address: visit.address, reason: proof.owner == nil ? "both_logged_in" : "taken_from_own_account")
        switch try await environment.store.link(identity, from: proof.owner, event: event) {
        case .linked, .alreadyLinked: return FlowResult(.goToAccount)
        // Somebody else's by now: what the person agreed to is no longer what would happen.
        case .ownedBy: throw Refusal.requestExpired
        }
    }

    /// Takes an identity from the account of the session that `token` was made for. The last way in stays.
    package func unlink(
        provider: ProviderID, subject: String, token: Secret, visit: Visit
    ) async throws -> FlowResult {
        let session = try await desk.session(of: visit, provenBy: token)
        guard desk.isFresh(session) else { return try await desk.logIn(again: .always, visit: visit) }
        let account = session.login.accountID
        let event = AuditEvent(
            .identityUnlinked, at: environment.clock.now, ray: visit.ray, account: account, provider: provider,
            address: visit.address)
        _ = try await environment.store.unlink(provider: provider, subject: subject, from: account, event: event)
        return FlowResult(.goToAccount)
    }

    /// Opens a proof for the session and browser it was made for, at a provider that is still in use.
    private func open(_ text: String, visit: Visit) async throws -> (Provider, Proof) {
        let sealed = try await payloads.restored(text)
        guard let opened = try? environment.keyRing.openJSON(sealed, as: .linkProof, into: Proof.self),
            environment.clock.now.numericDate < opened.value.expiresAt
        else { throw Refusal.requestExpired }
        let proof = opened.value
        guard let browser = visit.browser, HandleDigest(of: browser) == proof.browser else {
            throw Refusal.otherBrowser
        }
        _ = try await desk.session(of: visit, named: proof.session)
        let policy = LoginPolicy(providers: environment.providers)
        let client = try Client.accountPage(of: environment.issuer)
        do throws(LoginPolicy.Denial) {
            let provider = try policy.provider(ProviderID(rawValue: opened.context), for: client)
            guard provider.admission.admits(proof.claims) else { throw .notAdmitted }
            return (provider, proof)
        } catch {
            throw error.refusal
        }
    }

    /// A disabled account keeps its identities: linking one elsewhere must not be a way around being disabled.
    private func checkMayLeave(_ owner: Account?) throws(LoginPolicy.Denial) {
        switch owner?.status {
        case .disabled: throw .accountDisabled
        case .active, nil: return
        }
    }
}
