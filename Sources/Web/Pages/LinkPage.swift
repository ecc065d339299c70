/// The question whether a login at a provider shall belong to the account.
package struct LinkPage: Page {
    package static let name = PageName.link

    /// The form's answer, in the field named ``field``.
    package enum Decision: String, Sendable, CaseIterable {
        case link
        case cancel

        package static let field = "decision"
    }

    /// What agreeing brings with it.
    package enum Consequence: Sendable {
        case nothingElse
        case leavesItsAccount
    }

    package let provider: DisplayName
    /// The person as the provider knows them.
    package let person: DisplayName
    package let email: DisplayName?
    package let consequence: Consequence
    package let action: PageLink
    package let hidden: [HiddenField]

    package init(
        provider: DisplayName, person: DisplayName, email: DisplayName?, consequence: Consequence, action: PageLink,
        hidden: [HiddenField]
    ) {
        self.provider = provider
        self.person = person
        self.email = email
        self.consequence = consequence
        self.action = action
        self.hidden = hidden
    }

    package var security: ContentSecurityPolicy { ContentSecurityPolicy(images: [], forms: .ownAnd([])) }

    package func content(in texts: Texts) -> PageContent {
        let values: [Placeholder: String] = [.provider: provider.text]
        let warning: TemplateValue =
            switch consequence {
            case .nothingElse: .absent
            case .leavesItsAccount: .text(texts.text(.fixed(.linkLeavesAccount), values))
            }
        return PageContent(
            title: texts.text(.fixed(.linkTitle), values),
            values: [
                "heading": texts.phrase(.fixed(.linkHeading), values),
                "explanation": texts.phrase(.fixed(.linkExplanation), values),
                "account": .text(person.text),
                "account_initial": .optional(person.initial),
                "provider": .text(provider.text),
                "email": .optional(email?.text),
                "warning": warning,
                "action": .text(action.reference),
                "hidden": .list(hidden.map(\.templateValue)),
                "decision_field": .text(Decision.field),
                "link": .text(Decision.link.rawValue),
                "cancel": .text(Decision.cancel.rawValue),
            ])
    }
}
