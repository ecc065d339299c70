package import OAuth

/// The notice that the person lacks something a scope demands: where to get it, and how to go on.
package struct VerificationPage: Page {
    package static let name = PageName.verification

    /// The form's answer, in the field named ``field``.
    package enum Decision: String, Sendable, CaseIterable {
        case cancel
        case goWithout = "without"

        package static let field = "decision"
    }

    /// A scope whose demand is not met.
    package struct Lack: Sendable {
        package let scope: ScopeEntry
        /// Where the person gets verified.
        package let page: Destination?

        package init(scope: ScopeEntry, page: Destination?) {
            self.scope = scope
            self.page = page
        }
    }

    /// A page elsewhere, and the host that people know it by.
    package struct Destination: Sendable {
        package let link: PageLink
        package let site: DisplayName

        package init(link: PageLink, site: DisplayName) {
            self.link = link
            self.site = site
        }
    }

    package let client: ClientCard
    package let lacks: [Lack]
    /// Whom the person is signed in as.
    package let account: DisplayName
    /// How the person says that it is done.
    package let done: PageLink
    /// Whether they have said so before, to no avail.
    package let attempt: Attempt
    package let action: PageLink
    package let hidden: [HiddenField]
    /// What the form offers.
    package let decisions: [Decision]

    package enum Attempt: Hashable, Sendable {
        case first
        case again
    }

    package init(
        client: ClientCard, lacks: [Lack], account: DisplayName, done: PageLink, attempt: Attempt, action: PageLink,
        hidden: [HiddenField], decisions: [Decision]
    ) {
        self.client = client
        self.lacks = lacks
        self.account = account
        self.done = done
        self.attempt = attempt
        self.action = action
        self.hidden = hidden
        self.decisions = decisions
    }

    package var security: ContentSecurityPolicy { client.security }

    package func content(in texts: Texts) -> PageContent {
        let client = client.name.text
        let site = self.client.returnsTo?.site
        return PageContent(
            title: texts.text(.fixed(.verificationTitle), [.client: client]),
            values: [
                "client": self.client.templateValue,
                "heading": texts.phrase(.fixed(.verificationHeading), [.client: client]),
                "account": .text(account.text),
                "account_initial": .optional(account.initial),
                "again": .flag(attempt == .again),
                "lacks": .list(lacks.map { $0.templateValue(in: texts) }),
                "done_href": .text(done.reference),
                "action": .text(action.reference),
                "hidden": .list(hidden.map(\.templateValue)),
                "decision_field": .text(Decision.field),
                "cancel": .text(Decision.cancel.rawValue),
                "without": .optional(decisions.contains(.goWithout) ? Decision.goWithout.rawValue : nil),
                "has_return": .flag(site != nil),
                "return": site.map { texts.phrase(.fixed(.verificationReturn), [.site: $0]) } ?? .absent,
            ])
    }
}

extension VerificationPage.Lack {
    fileprivate func templateValue(in texts: Texts) -> TemplateValue {
        let wording = ScopeWording(scope, texts: texts)
        return .object([
            "title": .text(wording.title),
            "explanation": .text(wording.explanation),
            "verify_href": .optional(page?.link.reference),
            "verify_at": page.map { texts.phrase(.fixed(.verificationVerifyAt), [.site: $0.site.text]) } ?? .absent,
        ])
    }
}
