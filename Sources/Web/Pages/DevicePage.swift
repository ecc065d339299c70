/// The form for the code that a device shows.
package struct DevicePage: Page {
    package static let name = PageName.device

    /// Why the form is shown again.
    package enum Problem: Hashable, Sendable {
        case unknown
        case wait(WaitingTime)
    }

    /// As the person typed it last time, or their device for them.
    package let typed: String
    package let problem: Problem?
    package let action: PageLink
    package let hidden: [HiddenField]
    /// The login front end, where there is one; browsers hold the form's redirects to it.
    package let leadsTo: RedirectTarget?

    package init(
        typed: String, problem: Problem?, action: PageLink, hidden: [HiddenField], leadsTo: RedirectTarget?
    ) {
        self.typed = typed
        self.problem = problem
        self.action = action
        self.hidden = hidden
        self.leadsTo = leadsTo
    }

    package var security: ContentSecurityPolicy {
        ContentSecurityPolicy(images: [], forms: .ownAnd(leadsTo.map { [$0] } ?? []))
    }

    package func content(in texts: Texts) -> PageContent {
        PageContent(
            title: texts[.fixed(problem == nil ? .deviceTitle : .deviceErrorTitle)],
            values: [
                "problem": problem?.templateValue(in: texts) ?? .absent,
                "action": .text(action.reference),
                "hidden": .list(hidden.map(\.templateValue)),
                "typed": .text(typed),
            ])
    }
}

extension DevicePage.Problem {
    fileprivate func templateValue(in texts: Texts) -> TemplateValue {
        switch self {
        case .unknown:
            .object([
                "title": .text(texts[.fixed(.deviceUnknownTitle)]),
                "remedy": .text(texts[.fixed(.deviceUnknownRemedy)]),
                "invalid": .flag(true),
            ])
        case .wait(let time):
            .object([
                "title": .text(texts[.fixed(.deviceWaitTitle)]),
                "remedy": .text(texts.text(.fixed(.deviceWaitRemedy), [.wait: texts.wait(time)])),
                "invalid": .flag(false),
            ])
        }
    }
}
