package import OAuth

/// The question whether a client may use the account: Allow or Deny.
package struct ConsentPage: Page {
    package static let name = PageName.consent

    /// The form's answer, in the field named ``field``.
    package enum Decision: String, Sendable, CaseIterable {
        case allow
        case deny

        package static let field = "decision"
    }

    package let client: ClientCard
    /// What is asked for, in the order of the request.
    package let scopes: [ScopeEntry]
    /// Claims that are asked for one by one, beside them.
    package let claims: [String]
    /// Whom the person is signed in as.
    package let account: DisplayName
    package let action: PageLink
    package let hidden: [HiddenField]
    /// Where to sign in as somebody else.
    package let otherAccount: PageLink?

    package init(
        client: ClientCard,
        scopes: [ScopeEntry],
        claims: [String] = [],
        account: DisplayName,
        action: PageLink,
        hidden: [HiddenField],
        otherAccount: PageLink?
    ) {
        self.client = client
        self.scopes = scopes
        self.claims = claims
        self.account = account
        self.action = action
        self.hidden = hidden
        self.otherAccount = otherAccount
    }

    package var security: ContentSecurityPolicy { client.security }

    package func content(in texts: Texts) -> PageContent {
        let client = client.name.text
        let site = self.client.returnsTo?.site
        return PageContent(
            title: texts.text(.fixed(.consentTitle), [.client: client]),
            values: [
                "client": self.client.templateValue,
                "heading": texts.phrase(.fixed(.consentHeading), [.client: client]),
                "account": .text(account.text),
                "account_initial": .optional(account.initial),
                "other_account": .optional(otherAccount?.reference),
                "scopes": .list(
                    scopes.map { ScopeWording($0, texts: texts).templateValue }
                        + claims.map { ScopeWording(claim: $0, texts: texts).templateValue }),
                "action": .text(action.reference),
                "hidden": .list(hidden.map(\.templateValue)),
                "decision_field": .text(Decision.field),
                "allow": .text(Decision.allow.rawValue),
                "deny": .text(Decision.deny.rawValue),
                "has_return": .flag(site != nil),
                "return": site.map { texts.phrase(.fixed(.consentReturn), [.site: $0]) } ?? .absent,
            ])
    }
}

/// A scope whose words come with Drawbridge.
enum StandardScope: String, CaseIterable {
    case openid
    case profile
    case email
    case phone
    case address
    case groups
    case roles
    case offlineAccess = "offline_access"
}

/// A scope, or a claim that is asked for by itself, in words.
struct ScopeWording: Hashable {
    let token: String
    let title: String
    let explanation: String

    /// Takes the words from the locale file (`scope.<name>`), else those the scope was defined with, in English if need be.
    init(_ scope: ScopeEntry, texts: Texts) {
        token = scope.name
        let prefix = "scope.\(scope.name)."
        if let title = texts.texts[prefix + ScopeText.title.rawValue],
            let explanation = texts.texts[prefix + ScopeText.explanation.rawValue]
        {
            self.title = title
            self.explanation = explanation
            return
        }
        if let words = scope.words[texts.language.tag] ?? scope.words[Language.english.tag] {
            title = DisplayName(words.title).text
            explanation = words.explanation
            return
        }
        let name = DisplayName(token).text
        title = texts.text(.fixed(.otherScopeTitle), [.scope: name])
        explanation = texts.text(.fixed(.otherScopeExplanation), [.scope: name])
    }

    /// The words for a claim that is asked for by itself, from the locale file (`claim.<name>`) if they are there.
    init(claim: String, texts: Texts) {
        token = claim
        title =
            texts.texts["claim.\(claim)"]
            ?? texts.text(.fixed(.claimTitle), [.claim: DisplayName(claim).text])
        explanation = texts.text(.fixed(.claimExplanation))
    }

    var templateValue: TemplateValue {
        .object(["name": .text(token), "title": .text(title), "explanation": .text(explanation)])
    }
}
