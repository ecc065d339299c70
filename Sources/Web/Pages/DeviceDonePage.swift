/// The end of the way at this browser: the rest happens at the device.
package struct DeviceDonePage: Page {
    package static let name = PageName.deviceDone

    package enum Outcome: String, Sendable, CaseIterable {
        case allowed
        case denied
    }

    package let outcome: Outcome

    package init(outcome: Outcome) {
        self.outcome = outcome
    }

    package var security: ContentSecurityPolicy { ContentSecurityPolicy(images: [], forms: .none) }

    package func content(in texts: Texts) -> PageContent {
        let (title, explanation): (FixedText, FixedText) =
            switch outcome {
            case .allowed: (.deviceAllowedTitle, .deviceAllowedExplanation)
            case .denied: (.deviceDeniedTitle, .deviceDeniedExplanation)
            }
        return PageContent(
            title: texts[.fixed(title)],
            values: ["heading": .text(texts[.fixed(title)]), "explanation": .text(texts[.fixed(explanation)])])
    }
}
