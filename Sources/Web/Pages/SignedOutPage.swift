/// The end of a session.
package struct SignedOutPage: Page {
    package static let name = PageName.signedOut

    /// The client that asked for it, and where to go on from there.
    package struct Continuation: Sendable {
        package let client: DisplayName
        package let link: PageLink

        package init(client: DisplayName, link: PageLink) {
            self.client = client
            self.link = link
        }
    }

    package let continuation: Continuation?

    package init(continuation: Continuation?) {
        self.continuation = continuation
    }

    package var security: ContentSecurityPolicy { ContentSecurityPolicy(images: [], forms: .none) }

    package func content(in texts: Texts) -> PageContent {
        PageContent(
            title: texts[.fixed(.signedOutTitle)],
            values: [
                "continue_href": .optional(continuation?.link.reference),
                "continue_text": continuation.map {
                    texts.phrase(.fixed(.signedOutContinue), [.client: $0.client.text])
                } ?? .absent,
            ])
    }
}
