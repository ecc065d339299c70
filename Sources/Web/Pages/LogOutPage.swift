/// The question whether the person wants to sign out, where nothing shows that they do.
package struct LogOutPage: Page {
    package static let name = PageName.logOut

    /// Whom the session is of.
    package let person: DisplayName?
    /// The client that sent the browser here.
    package let client: DisplayName?
    package let confirmation: PageLink

    package init(person: DisplayName?, client: DisplayName?, confirmation: PageLink) {
        self.person = person
        self.client = client
        self.confirmation = confirmation
    }

    package var security: ContentSecurityPolicy { ContentSecurityPolicy(images: [], forms: .none) }

    package func content(in texts: Texts) -> PageContent {
        PageContent(
            title: texts[.fixed(.logOutTitle)],
            values: [
                "has_client": .flag(client != nil),
                "asked": client.map { texts.phrase(.fixed(.logOutAsked), [.client: $0.text]) } ?? .absent,
                "has_person": .flag(person != nil),
                "person": .optional(person?.text),
                "person_initial": .optional(person?.initial),
                "confirmation": .text(confirmation.reference),
            ])
    }
}
