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
        return TrailPosition(
            number: number,
            link: ChainLink(
                after: link, number: Int64(number), at: event.at.milliseconds, ray: event.ray?.rawValue,
                texts: [
                    event.kind.rawValue, event.account?.rawValue, event.client?.rawValue, event.provider?.rawValue,
                    event.grant?.rawValue, event.address, event.reason,
                ]))
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

extension ChainLink {
    /// The link of one event, in the form that `docs/architecture.md` describes and that never changes: every stored
    /// link depends on it. `at` is in milliseconds since 1970.
    package init(after previous: ChainLink, number: Int64, at: Int64, ray: UInt64?, texts: [String?]) {
        var content: [UInt8] = [1]
        content.reserveCapacity(384)
        content.append(contentsOf: previous.bytes)
        content.append(bigEndian: number)
        content.append(bigEndian: at)
        if let ray {
            content.append(1)
            content.append(bigEndian: ray)
        } else {
            content.append(0)
        }
        for text in texts {
            guard let text else {
                content.append(0)
                continue
            }
            content.append(1)
            content.append(bigEndian: UInt32(text.utf8.count))
            content.append(contentsOf: text.utf8)
        }
        self.init(over: content)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { bytes in unsafe append(contentsOf: bytes) }
    }
}
