package import OAuth

/// What the link of one event is made over, in the form that `docs/architecture.md` describes and that never changes:
/// every stored link depends on it.
struct LinkContent {
    private var bytes: [UInt8] = []

    /// The part of fixed form; `at` is in milliseconds since 1970. The event's texts follow.
    init(after previous: ChainLink, number: Int64, at: Int64, ray: UInt64?) {
        bytes.reserveCapacity(384)
        bytes.append(1)
        bytes.append(contentsOf: previous.bytes)
        bytes.append(bigEndian: number)
        bytes.append(bigEndian: at)
        if let ray {
            bytes.append(1)
            bytes.append(bigEndian: ray)
        } else {
            bytes.append(0)
        }
    }

    /// Adds the next text; nil where the event has none.
    mutating func add(_ text: String?) {
        guard let text else { return bytes.append(0) }
        bytes.append(1)
        bytes.append(bigEndian: UInt32(text.utf8.count))
        bytes.append(text)
    }

    /// The link over all that was added.
    var link: ChainLink { ChainLink(over: bytes) }
}

extension ChainLink {
    /// The link of one event with these texts; `at` is in milliseconds since 1970.
    package init(after previous: ChainLink, number: Int64, at: Int64, ray: UInt64?, texts: [String?]) {
        var content = LinkContent(after: previous, number: number, at: at, ray: ray)
        for text in texts { content.add(text) }
        self = content.link
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { bytes in unsafe append(contentsOf: bytes) }
    }
}
