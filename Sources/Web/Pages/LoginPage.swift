package import OAuth

/// The chooser: a link per provider, and the form of local accounts.
package struct LoginPage: Page {
    package static let name = PageName.login

    package let client: ClientCard
    package let providers: [ProviderChoice]
    /// `nil` where the client accepts no local accounts.
    package let localForm: LocalForm?

    package init(client: ClientCard, providers: [ProviderChoice], localForm: LocalForm?) {
        self.client = client
        self.providers = providers
        self.localForm = localForm
    }

    package var security: ContentSecurityPolicy { client.security }

    package func content(in texts: Texts) -> PageContent {
        let client = client.name.text
        let titleKey: FixedText = localForm?.problem == nil ? .loginTitle : .loginErrorTitle
        return PageContent(
            title: texts.text(.fixed(titleKey), [.client: client]),
            values: [
                "client": self.client.templateValue,
                "heading": texts.phrase(.fixed(.loginHeading), [.client: client]),
                "problem": localForm?.problem?.templateValue(in: texts) ?? .absent,
                "has_providers": .flag(!providers.isEmpty),
                "providers": .list(zip(providers, initials).map { $0.templateValue(initial: $1, in: texts) }),
                "local": localForm?.templateValue ?? .absent,
                "has_both": .flag(!providers.isEmpty && localForm != nil),
                "has_none": .flag(localForm == nil && !providers.contains(where: \.isAvailable)),
            ])
    }

    /// What stands before each provider's name: one letter, or two where several begin alike.
    private var initials: [String?] {
        let single = providers.map(\.name.initial)
        return providers.map { provider in
            let isShared = single.count { $0 == provider.name.initial } > 1
            return isShared ? provider.name.initials : provider.name.initial
        }
    }
}

extension LoginPage {
    /// One provider on the page.
    package struct ProviderChoice: Sendable {
        /// Whether it can be chosen now.
        package enum Availability: Sendable {
            case available(PageLink)
            case unavailable
        }

        package let id: ProviderID
        package let name: DisplayName
        package let availability: Availability

        package init(id: ProviderID, name: DisplayName, availability: Availability) {
            self.id = id
            self.name = name
            self.availability = availability
        }

        var isAvailable: Bool {
            switch availability {
            case .available: true
            case .unavailable: false
            }
        }

        func templateValue(initial: String?, in texts: Texts) -> TemplateValue {
            let href: TemplateValue =
                switch availability {
                case .available(let link): .text(link.reference)
                case .unavailable: .absent
                }
            return .object([
                "id": .text(id.rawValue),
                "initial": .optional(initial),
                "href": href,
                "continue_with": texts.phrase(.fixed(.loginContinueWith), [.provider: name.text]),
                "unavailable": texts.phrase(.fixed(.loginUnavailable), [.provider: name.text]),
            ])
        }
    }

    /// The form of local accounts.
    package struct LocalForm: Sendable {
        /// Why the form is shown again.
        package enum Problem: Hashable, Sendable {
            /// The same whether the user is unknown, the password wrong or the account disabled.
            case wrongCredentials
            case lockedOut(WaitingTime)
            /// Too many logins at once.
            case busy
            /// A field was missing or not what a browser sends.
            case malformed
        }

        /// The names of the fields a person fills in. ``remember`` is `1` or missing.
        package enum Field: String, Sendable {
            case username
            case password
            case remember
        }

        package let action: PageLink
        package let hidden: [HiddenField]
        /// As the person typed it last time.
        package let username: String
        package let problem: Problem?

        package init(action: PageLink, hidden: [HiddenField], username: String, problem: Problem?) {
            self.action = action
            self.hidden = hidden
            self.username = username
            self.problem = problem
        }

        var templateValue: TemplateValue {
            .object([
                "action": .text(action.reference),
                "hidden": .list(hidden.map(\.templateValue)),
                "username": .text(username),
                "known_username": .flag(!username.isEmpty),
            ])
        }
    }
}

extension LoginPage.LocalForm.Problem {
    func templateValue(in texts: Texts) -> TemplateValue {
        let (title, remedy) = keys
        var values: [Placeholder: String] = [:]
        if case .lockedOut(let time) = self { values[.wait] = texts.wait(time) }
        return .object([
            "title": .text(texts[.fixed(title)]),
            "remedy": .text(texts.text(.fixed(remedy), values)),
            "invalid": .flag(self == .wrongCredentials || self == .malformed),
        ])
    }

    private var keys: (title: FixedText, remedy: FixedText) {
        switch self {
        case .wrongCredentials: (.wrongCredentialsTitle, .wrongCredentialsRemedy)
        case .lockedOut: (.lockedOutTitle, .lockedOutRemedy)
        case .busy: (.busyTitle, .busyRemedy)
        case .malformed: (.malformedTitle, .malformedRemedy)
        }
    }
}
