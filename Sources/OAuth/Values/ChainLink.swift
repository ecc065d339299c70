/// What ties one event of the trail to all events before it: the SHA-256 hash of the event and of the link before.
package struct ChainLink: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// The link before the first event.
    package static let origin = ChainLink(bytes: Array(repeating: 0, count: 32))

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Hashes `content`, which holds the link before.
    package init(over content: [UInt8]) {
        bytes = content.span.sha256
    }

    /// Takes a link as it was stored; nil unless it has 32 bytes.
    package init?(stored bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }
}

extension ChainLink: CustomStringConvertible {
    private static let digits = Array("0123456789abcdef".utf8)

    /// 64 lower-case hexadecimal digits.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads what ``description`` wrote.
    package init?(_ text: some StringProtocol) {
        let values = text.utf8.compactMap { Self.digits.firstIndex(of: $0) }
        guard text.utf8.count == 64, values.count == 64 else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
