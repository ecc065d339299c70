import Connectors
package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `POST /login/local`: user name and password of an account of this broker's own.
package struct LocalLoginFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let policy: LoginPolicy
    private let arrival: ArrivalFlow
    private let sessions: Sessions
    private let throttle: LoginThrottle

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        policy = LoginPolicy(providers: environment.providers)
        arrival = ArrivalFlow(environment)
        sessions = Sessions(environment)
        throttle = LoginThrottle(environment.store)
    }

    /// What the person typed.
    package struct Form: Sendable {
        package let userName: String
        package let password: Secret
        package let memory: Sessions.Memory

        package init(userName: String, password: Secret, memory: Sessions.Memory) {
            self.userName = userName
            self.password = password
            self.memory = memory
        }
    }

    /// How the attempt ended. The form is shown again for all but the first.
    package enum Outcome: Sendable {
        case loggedIn(FlowResult)
        /// Unknown user, wrong password or disabled account: one answer for all three.
        case wrong
        /// Too many failures; seconds until the next attempt counts.
        case wait(seconds: Int)
        /// Every place where passwords are checked is taken.
        case busy
    }

    /// Checks the password and goes on with the request.
    package func logIn(_ form: Form, payload payloadText: String, visit: Visit) async throws -> Outcome {
        let payload = try await payloads.open(payloadText, for: visit)
        guard let client = try await environment.client(of: payload.request) else {
            throw Refusal.unknownClient
        }
        let provider = try localProvider(for: payload.request, of: client)
        guard let userName = UserName(form.userName) else { return .wrong }
        let keys = LoginThrottle.Keys(userNameKey: userName.key, address: visit.address)
        let wait = try await throttle.count(keys, at: environment.clock.now)
        guard wait == 0 else { return .wait(seconds: wait) }
        switch try await check(form.password, of: userName) {
        case .overloaded:
            try await throttle.withdrawn(keys)
            return .busy
        case .failed(let reason):
            try await environment.store.append([
                AuditEvent(
                    .loginFailed, at: environment.clock.now, ray: visit.ray, client: client.id, provider: provider.id,
                    address: visit.address, reason: reason.rawValue)
            ])
            return .wrong
        case .passed(let account):
            try await throttle.succeeded(keys)
            let use = PayloadUse.travelled(payload.id, expiry: payload.endsAt)
            guard try await environment.store.useUp(use, at: environment.clock.now, events: []) else {
                throw Refusal.alreadyUsed
            }
            return .loggedIn(
                try await enter(account, memory: form.memory, payload: payload, client: client, visit: visit))
        }
    }

    private func localProvider(for request: AuthorizationRequest, of client: Client) throws -> Provider {
        guard let local = environment.providers.providers().first(where: \.isLocal),
            request.provider == nil || request.provider == local.id
        else { throw Refusal.unknownProvider }
        do throws(LoginPolicy.Denial) {
            return try policy.provider(local.id, for: client)
        } catch {
            throw error.refusal
        }
    }

    private enum PasswordCheck {
        case passed(LocalAccount)
        case failed(Reason)
        /// Every place where passwords are checked is taken.
        case overloaded

        enum Reason: String {
            case unknownUser = "unknown_user"
            case wrongPassword = "wrong_password"
            case accountDisabled = "account_disabled"
        }
    }

    /// Spends one hash whatever the outcome, so that time does not tell which names exist.
    private func check(_ password: Secret, of userName: UserName) async throws -> PasswordCheck {
        do {
            return try await verdict(on: password, of: userName)
        } catch is PasswordHasher.Overloaded {
            return .overloaded
        }
    }

    private func verdict(on password: Secret, of userName: UserName) async throws -> PasswordCheck {
        guard let account = try await environment.store.localAccount(userNameKey: userName.key) else {
            try await environment.passwords.verifyNothing(password)
            return .failed(.unknownUser)
        }
        let hash = account.credential.passwordHash
        switch try await environment.passwords.verify(password, against: hash) {
        case .differs: return .failed(.wrongPassword)
        case .matches: break
        case .matchesWithOldParameters: try await upgrade(hash, of: account.account.id, to: password)
        }
        switch account.account.status {
        case .active: return .passed(account)
        case .disabled: return .failed(.accountDisabled)
        }
    }

    /// A rush that leaves no place for another hash keeps nobody out: the next login upgrades.
    private func upgrade(_ old: PasswordHash, of id: AccountID, to password: Secret) async throws {
        do {
            let new = try await environment.passwords.hash(password)
            try await environment.store.upgradePassword(of: id, from: old, to: new)
        } catch is PasswordHasher.Overloaded {
            return
        }
    }

    private func enter(
        _ account: LocalAccount, memory: Sessions.Memory, payload: AuthorizationPayload, client: Client, visit: Visit
    ) async throws -> FlowResult {
        let now = environment.clock.now
        // While the password was checked, the operator may have changed what is known of the person.
        let known = try await environment.store.person(
            provider: account.identity.provider, subject: account.identity.subject)
        let person = try await environment.store.recordLogin(known?.identity ?? account.identity, at: now)
        // Before the session is begun: whom policy turns away leaves none behind, and ends no other.
        do throws(LoginPolicy.Denial) {
            try policy.admit(person.identity, of: person.account, to: client)
        } catch {
            let event = AuditEvent(
                .loginFailed, at: now, ray: visit.ray, account: person.account.id, client: client.id,
                provider: person.identity.provider, address: visit.address, reason: error.rawValue)
            try await environment.store.append([event])
            throw error.refusal
        }
        let beginning = try await sessions.begin(
            for: person.identity, towards: client.id, authenticatedAt: now, methods: ["pwd"],
            contextClass: environment.contextClass(saying: nil, at: person.identity.provider), memory: memory,
            visit: visit)
        // Under a new id: an earlier login staged for this payload must not speak for this person.
        let payload = payload.renamed(environment.random.identifier())
        let result = try await arrival.arrive(with: .session(beginning.session), payload: payload, visit: visit)
        return FlowResult(result.step, cookies: [beginning.cookie] + result.cookies)
    }
}
