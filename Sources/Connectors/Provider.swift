package import OAuth

/// One upstream provider as its file describes it, and whether it can be used.
package struct Provider: Sendable {
    package let id: ProviderID
    /// What people see on the button.
    package let name: String
    package let kind: ProviderKind
    package let way: LoginWay
    package let admission: AdmissionRule
    package let linking: LinkingRule
    package let endings: UpstreamEndings
    package let custody: TokenCustody
    package let contextClasses: ContextClassRule
    package let state: State
    private let reach: @Sendable () -> UpstreamAvailability

    /// Whether the provider answers at the moment; what has no upstream always does.
    package var availability: UpstreamAvailability { reach() }

    /// Whether logins can be tried.
    package enum State: Sendable {
        /// Accounts of this broker's own: nothing upstream is asked.
        case local
        case ready(any Connector)
        /// Its file is sound, but it is switched off.
        case disabled
        /// Its file or a secret it names is missing or wrong; the reason is for the operator.
        case misconfigured(reason: String)
    }

    /// Who leads a login at this provider when a login front end is configured.
    package enum LoginWay: String, Sendable, CaseIterable {
        case frontEnd = "front_end"
        case broker
    }

    package init(
        id: ProviderID, name: String, kind: ProviderKind, way: LoginWay, admission: AdmissionRule,
        linking: LinkingRule = .byHand, endings: UpstreamEndings = UpstreamEndings(),
        custody: TokenCustody = .release, contextClasses: ContextClassRule = ContextClassRule(), state: State,
        reach: @escaping @Sendable () -> UpstreamAvailability = { .available }
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.way = way
        self.admission = admission
        self.linking = linking
        self.endings = endings
        self.custody = custody
        self.contextClasses = contextClasses
        self.state = state
        self.reach = reach
    }
}

/// The `type` of a provider file.
package enum ProviderKind: String, Sendable, CaseIterable {
    case local
    case cognito
    case oidc
    case oauth2
    case gitHub = "github"
    case facebook
    case google
    case microsoft
    case apple
    case linkedIn = "linkedin"
    case gitLab = "gitlab"
    case header
}

/// Whom of a provider's people the operator lets in (`allow` in the provider file); empty lists restrict nothing.
package struct AdmissionRule: Sendable, Hashable {
    /// Accepted values of the `hd` claim.
    package var hostedDomains: [String]
    /// Accepted domains of a verified e-mail address.
    package var emailDomains: [String]
    /// Accepted values of the `tid` claim.
    package var tenants: [String]

    package init(hostedDomains: [String] = [], emailDomains: [String] = [], tenants: [String] = []) {
        self.hostedDomains = hostedDomains
        self.emailDomains = emailDomains
        self.tenants = tenants
    }
}

/// How a person who is new at a provider may find the account they have (`link_by_verified_email` in the provider file).
package enum LinkingRule: Sendable, Hashable {
    /// By logging in with both.
    case byHand
    /// Also by an e-mail address this provider has verified: the operator vouches for its word.
    case byVerifiedEmail
}

/// The providers as they stand now.
package protocol ProviderCatalogue: Sendable {
    /// All providers in the order in which the chooser shows them.
    func providers() -> [Provider]

    /// The provider named `id`, if there is a file for it.
    func provider(_ id: ProviderID) -> Provider?
}

extension ProviderCatalogue {
    /// Looks through all of them.
    package func provider(_ id: ProviderID) -> Provider? {
        providers().first { $0.id == id }
    }
}
