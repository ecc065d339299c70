/// The end of a session.
package struct SignedOutPage: Page {
    package static let name = PageName.signedOut

    /// Where to go on from there.
    package struct Continuation: Sendable {
        package enum Place: Sendable {
            /// The client that asked for it.
            case client(DisplayName)
            /// The provider, whose session is to end too.
            case provider(DisplayName)
        }

        package let place: Place
        package let link: PageLink

        package init(_ place: Place, link: PageLink) {
            self.place = place
            self.link = link
        }
    }

    /// A page of a client that is loaded unseen, so that it hears of the end (OIDC Front-Channel Logout §2).
    package struct Frame: Sendable {
        let address: String
        let source: HostSource

        /// Nil for an address that a policy cannot name: the browser would not load it.
        package init?(address: String) {
            guard let source = HostSource(of: address) else { return nil }
            self.address = address
            self.source = source
        }
    }

    package let continuation: Continuation?
    package let frames: [Frame]

    package init(continuation: Continuation?, frames: [Frame] = []) {
        self.continuation = continuation
        self.frames = frames
    }

    package var security: ContentSecurityPolicy {
        ContentSecurityPolicy(images: [], forms: .none, frames: frames.map(\.source))
    }

    package func content(in texts: Texts) -> PageContent {
        PageContent(
            title: texts[.fixed(.signedOutTitle)],
            values: [
                "continue_href": .optional(continuation?.link.reference),
                "continue_text": continuation.map { $0.text(in: texts) } ?? .absent,
                "goes_on": .flag(continuation != nil && !frames.isEmpty),
                "frames": .list(frames.map { .object(["address": .text($0.address)]) }),
            ])
    }
}

extension SignedOutPage.Continuation {
    fileprivate func text(in texts: Texts) -> TemplateValue {
        switch place {
        case .client(let name): texts.phrase(.fixed(.signedOutContinue), [.client: name.text])
        case .provider(let name): texts.phrase(.fixed(.signedOutOnward), [.provider: name.text])
        }
    }
}
