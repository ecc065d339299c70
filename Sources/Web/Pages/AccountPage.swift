/// The account of whoever is logged in: the ways into it, and what could become one.
package struct AccountPage: Page {
    package static let name = PageName.account

    /// One way into the account.
    package struct Way: Sendable {
        /// Whether it can be taken away.
        package enum Removal: Sendable {
            case form(action: PageLink, hidden: [HiddenField])
            case lastOne
            case ownPassword
        }

        package let provider: DisplayName
        /// How the person is called there.
        package let person: DisplayName
        package let removal: Removal

        package init(provider: DisplayName, person: DisplayName, removal: Removal) {
            self.provider = provider
            self.person = person
            self.removal = removal
        }
    }

    /// A provider at which to log in as well.
    package struct Connection: Sendable {
        package let provider: DisplayName
        package let link: PageLink

        package init(provider: DisplayName, link: PageLink) {
            self.provider = provider
            self.link = link
        }
    }

    /// A form of which the person sees nothing but its button.
    package struct PostForm: Sendable {
        package let action: PageLink
        package let hidden: [HiddenField]

        package init(action: PageLink, hidden: [HiddenField]) {
            self.action = action
            self.hidden = hidden
        }

        var templateValue: TemplateValue {
            .object(["action": .text(action.reference), "hidden": .list(hidden.map(\.templateValue))])
        }
    }

    package let person: DisplayName
    package let email: DisplayName?
    package let ways: [Way]
    package let connections: [Connection]
    package let signOut: PageLink
    package let signOutEverywhere: PostForm

    package init(
        person: DisplayName, email: DisplayName?, ways: [Way], connections: [Connection], signOut: PageLink,
        signOutEverywhere: PostForm
    ) {
        self.person = person
        self.email = email
        self.ways = ways
        self.connections = connections
        self.signOut = signOut
        self.signOutEverywhere = signOutEverywhere
    }

    package var security: ContentSecurityPolicy { ContentSecurityPolicy(images: [], forms: .ownAnd([])) }

    package func content(in texts: Texts) -> PageContent {
        PageContent(
            title: texts[.fixed(.accountTitle)],
            values: [
                "person": .text(person.text),
                "person_initial": .optional(person.initial),
                "email": .optional(email?.text),
                "ways": .list(ways.map { $0.templateValue(in: texts) }),
                "has_connections": .flag(!connections.isEmpty),
                "connections": .list(connections.map { $0.templateValue(in: texts) }),
                "sign_out": .text(signOut.reference),
                "everywhere": signOutEverywhere.templateValue,
            ])
    }
}

extension AccountPage.Way {
    func templateValue(in texts: Texts) -> TemplateValue {
        let removalForm: TemplateValue
        let isLast: Bool
        switch removal {
        case .form(let action, let hidden):
            removalForm = .object([
                "action": .text(action.reference), "hidden": .list(hidden.map(\.templateValue)),
                "label": .text(texts.text(.fixed(.accountDisconnect), [.provider: provider.text])),
            ])
            isLast = false
        case .lastOne: (removalForm, isLast) = (.absent, true)
        case .ownPassword: (removalForm, isLast) = (.absent, false)
        }
        return .object([
            "provider": .text(provider.text), "provider_initial": .optional(provider.initial),
            "known_as": .text(person.text), "removal": removalForm, "is_last": .flag(isLast),
        ])
    }
}

extension AccountPage.Connection {
    func templateValue(in texts: Texts) -> TemplateValue {
        .object([
            "initial": .optional(provider.initial), "href": .text(link.reference),
            "connect": texts.phrase(.fixed(.accountConnect), [.provider: provider.text]),
        ])
    }
}
