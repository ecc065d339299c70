package import OAuth

/// The question whether a device may use the account, with the warning that belongs to it (RFC 8628 §5.4).
package struct DeviceQuestionPage: Page {
    package static let name = PageName.deviceQuestion

    /// The form's answer, in the field named ``field``.
    package enum Decision: String, Sendable, CaseIterable {
        case allow
        case deny

        package static let field = "decision"
    }

    package let client: ClientCard
    package let userCode: UserCode
    package let scopes: [ScopeEntry]
    /// Whom the person is signed in as.
    package let account: DisplayName
    package let action: PageLink
    package let hidden: [HiddenField]
    /// Where to sign in as somebody else.
    package let otherAccount: PageLink

    package init(
        client: ClientCard, userCode: UserCode, scopes: [ScopeEntry], account: DisplayName, action: PageLink,
        hidden: [HiddenField], otherAccount: PageLink
    ) {
        self.client = client
        self.userCode = userCode
        self.scopes = scopes
        self.account = account
        self.action = action
        self.hidden = hidden
        self.otherAccount = otherAccount
    }

    package var security: ContentSecurityPolicy { client.security }

    package func content(in texts: Texts) -> PageContent {
        let client = client.name.text
        return PageContent(
            title: texts.text(.fixed(.deviceQuestionTitle), [.client: client]),
            values: [
                "client": self.client.templateValue,
                "heading": texts.phrase(.fixed(.deviceQuestionHeading), [.client: client]),
                "user_code": .text(userCode.display),
                "account": .text(account.text),
                "account_initial": .optional(account.initial),
                "other_account": .text(otherAccount.reference),
                "scopes": .list(scopes.map { ScopeWording($0, texts: texts).templateValue }),
                "has_scopes": .flag(!scopes.isEmpty),
                "action": .text(action.reference),
                "hidden": .list(hidden.map(\.templateValue)),
                "decision_field": .text(Decision.field),
                "allow": .text(Decision.allow.rawValue),
                "deny": .text(Decision.deny.rawValue),
            ])
    }
}
