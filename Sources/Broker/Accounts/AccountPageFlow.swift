import Connectors
package import OAuth
import Storage

/// `GET /account`: what the person who is logged in sees of their account.
package struct AccountPageFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let desk: AccountDesk

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        desk = AccountDesk(environment)
    }

    /// What the page shows.
    package struct Overview: Sendable {
        /// The person, as the identity says with which they logged in.
        package let person: PersonClaims
        package let identities: [LinkedIdentity]
        /// Providers the account has no identity at.
        package let connectable: [Choice]
        /// Proves that a link or form of the page was made for this session.
        package let token: Secret
    }

    /// A provider to log in at.
    package struct Choice: Sendable, Hashable {
        package let id: ProviderID
        package let name: String
    }

    /// One way into the account.
    package struct LinkedIdentity: Sendable, Hashable {
        package let provider: ProviderID
        package let subject: String
        package let claims: PersonClaims
        /// The provider's name, or its id if there is no file for it any more.
        package let providerName: String
        package let removal: Removal
    }

    /// Whether an identity can be taken from the account.
    package enum Removal: Sendable, Hashable {
        case possible
        /// It is the last way in.
        case lastOne
        /// It is the account's user name and password.
        case ownPassword
    }

    /// How the page is entered.
    package enum Entry: Sendable {
        case overview(Overview)
        /// Nobody is logged in yet.
        case login(FlowResult)
    }

    /// The page, or the login before it.
    package func enter(visit: Visit) async throws -> Entry {
        guard let session = try await desk.session(of: visit) else {
            return .login(try await desk.logIn(again: .ifNeeded, visit: visit))
        }
        let login = session.login
        let identities = try await environment.store.identities(of: login.accountID)
        let own = identities.first { $0.provider == login.provider && $0.subject == login.subject }
        let catalogue = environment.providers.providers()
        let linked = identities.map { identity in
            LinkedIdentity(
                provider: identity.provider, subject: identity.subject, claims: identity.claims,
                providerName: catalogue.first { $0.id == identity.provider }?.name ?? identity.provider.rawValue,
                removal: identity.provider == .local ? .ownPassword : identities.count > 1 ? .possible : .lastOne)
        }
        let taken = Set(identities.map(\.provider))
        return .overview(
            Overview(
                person: own?.claims ?? PersonClaims(), identities: linked,
                connectable: catalogue.filter { $0.hasPagesOfItsOwn && !taken.contains($0.id) }
                    .map { Choice(id: $0.id, name: $0.name) },
                token: try desk.token(for: session)))
    }
}
