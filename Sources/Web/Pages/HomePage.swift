/// What somebody sees who opens the broker's own address.
package struct HomePage: Page {
    package static let name = PageName.home

    package init() {}

    package var security: ContentSecurityPolicy { ContentSecurityPolicy(images: [], forms: .none) }

    package func content(in texts: Texts) -> PageContent {
        PageContent(title: texts[.fixed(.homeTitle)], values: [:])
    }
}
