/// The Content-Security-Policy of one page: no script, no frame, nothing from elsewhere but a client's logo.
package struct ContentSecurityPolicy: Hashable, Sendable {
    /// Where forms may be sent, and redirected to from there.
    package enum Forms: Hashable, Sendable {
        /// The page has no form.
        case none
        /// To this broker, and on to these targets.
        case ownAnd([RedirectTarget])
    }

    let images: [HostSource]
    let forms: Forms

    /// A policy for a page that shows `images` beside the broker's own.
    package init(images: [HostSource], forms: Forms) {
        self.images = images
        self.forms = forms
    }

    /// The header's value (CSP Level 3 §3.1).
    package var headerValue: String {
        let formSources =
            switch forms {
            case .none: ["'none'"]
            case .ownAnd(let targets): ["'self'"] + targets.map(\.source)
            }
        return [
            "default-src 'none'",
            "style-src 'self'",
            "img-src \((["'self'"] + images.map(\.source)).joined(separator: " "))",
            "form-action \(formSources.joined(separator: " "))",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }
}
