/// A client as its pages introduce it.
package struct ClientCard: Sendable {
    package let name: DisplayName
    package let logo: ClientLogo?
    /// Where the browser goes when the person is done; browsers hold the form's redirects to it.
    package let returnsTo: RedirectTarget?

    package init(name: DisplayName, logo: ClientLogo?, returnsTo: RedirectTarget?) {
        self.name = name
        self.logo = logo
        self.returnsTo = returnsTo
    }

    /// What the page may load and where its forms may lead.
    var security: ContentSecurityPolicy {
        ContentSecurityPolicy(
            images: logo.map { [$0.origin] } ?? [], forms: .ownAnd(returnsTo.map { [$0] } ?? []))
    }

    var templateValue: TemplateValue {
        .object([
            "name": .text(name.text),
            "initial": .optional(name.initial),
            "logo": .optional(logo?.address),
        ])
    }
}

/// A client's logo on the web.
package struct ClientLogo: Hashable, Sendable {
    let address: String
    let origin: HostSource

    /// `nil` unless `address` is https, or http on loopback.
    package init?(address: String) {
        guard let origin = HostSource(of: address) else { return nil }
        self.address = address
        self.origin = origin
    }
}
