package import OAuth

/// An answer on its way to the client in a form that posts itself (OAuth 2.0 Form Post Response Mode §2).
package struct FormPostPage: Page {
    package static let name = PageName.formPost

    private let redirect: RegisteredRedirect
    private let hidden: [HiddenField]

    package init(_ answer: some AuthorizationResponse, issuer: String) {
        redirect = answer.redirect
        hidden = answer.parameters(issuer: issuer).map { HiddenField(name: $0.name, value: $0.value) }
    }

    package var security: ContentSecurityPolicy {
        ContentSecurityPolicy(
            images: [], forms: .ownAnd(RedirectTarget(redirectURI: redirect.value).map { [$0] } ?? []), scripts: .own)
    }

    package func content(in texts: Texts) -> PageContent {
        PageContent(
            title: texts[.fixed(.formPostTitle)],
            values: ["action": .text(redirect.value), "hidden": .list(hidden.map(\.templateValue))])
    }
}
