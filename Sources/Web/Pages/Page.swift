package import HTTPTypes
package import OAuth

/// A page with all it shows; ``PageTemplates`` renders it.
package protocol Page: Sendable {
    /// Which template shows it.
    static var name: PageName { get }
    /// Pages of this kind in which every name its template may use has a value; templates are checked against them.
    static var specimens: [Self] { get }
    /// What the browser may load and where its forms may lead.
    var security: ContentSecurityPolicy { get }
    /// The page's title and its values, in the words of `texts`.
    func content(in texts: Texts) -> PageContent
}

/// What a page contributes to its template.
package struct PageContent: Sendable {
    /// The document's title, as tabs and screen readers show it.
    var title: String
    /// Named values, beside those of the frame.
    var values: [String: TemplateValue]
}

/// The circumstances in which a page is shown.
package struct PageFrame: Sendable {
    /// From ``PageTemplates/language(uiLocales:acceptLanguage:)``.
    package let language: Language
    /// The `GET` address of this page, for the links to its other languages; `nil` leaves them out.
    package let address: PageLink?
    /// The client whose own templates take precedence.
    package let client: ClientID?

    package init(language: Language, address: PageLink?, client: ClientID?) {
        self.language = language
        self.address = address
        self.client = client
    }
}

/// A rendered page with the header fields that protect it.
package struct RenderedPage: Sendable {
    package let html: String
    package let language: Language
    package let security: ContentSecurityPolicy

    /// Everything the answer has to say about this page; the same on every status.
    package var headerFields: HTTPFields {
        var fields = HTTPFields()
        fields[.contentType] = "text/html; charset=utf-8"
        fields[.contentLanguage] = language.tag
        fields[.contentSecurityPolicy] = security.headerValue
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        if let frameOptions = HTTPField.Name("X-Frame-Options") {
            fields[frameOptions] = "DENY"
        }
        // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
        if let referrerPolicy = HTTPField.Name("Referrer-Policy") {
            fields[referrerPolicy] = "same-origin"
        }
        return fields
    }
}
