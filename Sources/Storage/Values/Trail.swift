package import OAuth

/// A place in the trail: the number of an event, and the link that stands for it and all before.
package struct TrailPosition: Hashable, Sendable {
    /// From 1, without gaps; 0 is the place before the first event.
    package let number: Int
    package let link: ChainLink

    package init(number: Int, link: ChainLink) {
        self.number = number
        self.link = link
    }

    /// Where every trail begins.
    package static let origin = TrailPosition(number: 0, link: .origin)

    /// The place of `event`, the next one.
    package func advanced(by event: AuditEvent) -> TrailPosition {
        let number = number + 1
        var content = LinkContent(
            after: link, number: Int64(number), at: event.at.milliseconds, ray: event.ray?.rawValue)
        content.add(event.kind.rawValue)
        content.add(event.account?.rawValue)
        content.add(event.client?.rawValue)
        content.add(event.provider?.rawValue)
        content.add(event.grant?.rawValue)
        content.add(event.address)
        content.add(event.reason)
        return TrailPosition(number: number, link: content.link)
    }
}

/// What is kept of the trail.
package struct TrailExtent: Hashable, Sendable {
    /// The last event that retention has removed; ``TrailPosition/origin`` where it has removed none.
    package let start: TrailPosition
    /// The newest event.
    package let end: TrailPosition
    /// What the holder of the master key has last vouched for; nil where nobody has yet.
    package let seal: String?

    package init(start: TrailPosition, end: TrailPosition, seal: String?) {
        self.start = start
        self.end = end
        self.seal = seal
    }
}

/// One row of the trail as it is found, whoever may have touched it.
package struct TrailRow: Hashable, Sendable {
    package let number: Int
    /// Nil where the row can no longer be read as an event.
    package let content: Content?

    package struct Content: Hashable, Sendable {
        package let event: AuditEvent
        package let link: ChainLink

        package init(event: AuditEvent, link: ChainLink) {
            self.event = event
            self.link = link
        }
    }

    package init(number: Int, content: Content?) {
        self.number = number
        self.content = content
    }
}
