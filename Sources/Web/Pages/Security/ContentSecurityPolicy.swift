/// The Content-Security-Policy of one page: no script but our own file's, nothing from elsewhere but a client's logo and, in
/// frames, what clients want loaded when somebody has logged out.
package struct ContentSecurityPolicy: Hashable, Sendable {
    /// Where forms may be sent, and redirected to from there.
    package enum Forms: Hashable, Sendable {
        /// The page has no form.
        case none
        /// To this broker, and on to these targets.
        case ownAnd([RedirectTarget])
    }

    /// Whose scripts may run.
    package enum Scripts: Hashable, Sendable {
        case none
        /// Files of this broker; nothing that stands in the page.
        case own
    }

    let images: [HostSource]
    let forms: Forms
    let scripts: Scripts
    let frames: [HostSource]

    /// A policy for a page that shows `images` beside the broker's own, and loads `frames`.
    package init(images: [HostSource], forms: Forms, scripts: Scripts = .none, frames: [HostSource] = []) {
        self.images = images
        self.forms = forms
        self.scripts = scripts
        self.frames = frames
    }

    /// The header's value (CSP Level 3 §3.1).
    package var headerValue: String {
        let formSources =
            switch forms {
            case .none: ["'none'"]
            case .ownAnd(let targets): ["'self'"] + targets.flatMap(\.sources)
            }
        let scriptSources: [String] =
            switch scripts {
            case .none: []
            case .own: ["script-src 'self'"]
            }
        var origins: Set<String> = []
        let frameSources = frames.map(\.source).filter { origins.insert($0).inserted }
        return
            (["default-src 'none'"] + scriptSources
            + (frameSources.isEmpty ? [] : ["frame-src \(frameSources.joined(separator: " "))"]) + [
                "style-src 'self'",
                "img-src \((["'self'"] + images.map(\.source)).joined(separator: " "))",
                "form-action \(formSources.joined(separator: " "))",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ]).joined(separator: "; ")
    }
}
