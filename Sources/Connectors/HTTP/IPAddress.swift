/// An IP address in literal form, as far as it takes to tell public addresses from others.
struct IPAddress: Hashable, Sendable {
    /// Sixteen bytes; an IPv4 address in its mapped form (RFC 4291 §2.5.5.2).
    let bytes: [UInt8]

    /// Reads dotted decimal, IPv6, or IPv6 in brackets as in a URI; `nil` for names and anything else.
    init?(host: some StringProtocol) {
        var text = String(host)
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        if let zone = text.firstIndex(of: "%") { text = String(text[..<zone]) }
        guard let bytes = text.contains(":") ? Self.version6(text) : Self.version4(text).map(Self.mapped) else {
            return nil
        }
        self.bytes = bytes
    }

    /// Whether the address is reachable on the public internet (RFC 6890 and its registries, coarsely).
    var isPublic: Bool {
        if let embedded = embeddedVersion4 { return Self.isPublic(embedded) }
        let isGlobalUnicast = bytes[0] & 0xE0 == 0x20
        return isGlobalUnicast && !Self.specialPrefixes.contains { $0.holds(bytes) }
    }

    /// The first bits that make an address of 2000::/3 one that is not for everybody.
    private struct Prefix {
        let bytes: [UInt8]
        /// How many bits of the last byte count.
        var lastBits: UInt8 = 0xFF

        func holds(_ address: [UInt8]) -> Bool {
            guard let last = bytes.last, address.count >= bytes.count else { return false }
            return address.starts(with: bytes.dropLast()) && address[bytes.count - 1] & lastBits == last
        }
    }

    private static let specialPrefixes = [
        // Protocol assignments, 2001::/23: Teredo, benchmarking, ORCHID.
        Prefix(bytes: [0x20, 0x01, 0x00], lastBits: 0xFE),
        // Documentation (RFC 3849, RFC 9637).
        Prefix(bytes: [0x20, 0x01, 0x0D, 0xB8]), Prefix(bytes: [0x3F, 0xFF, 0x00], lastBits: 0xF0),
    ]

    /// The IPv4 address that packets to this one end at: mapped, NAT64 (RFC 6052) or 6to4 (RFC 3056).
    private var embeddedVersion4: [UInt8]? {
        if bytes.starts(with: Self.mapped([])) || bytes.starts(with: Self.translated) { return Array(bytes.suffix(4)) }
        return bytes.starts(with: [0x20, 0x02]) ? Array(bytes[2..<6]) : nil
    }

    /// 64:ff9b::/96; its neighbour 64:ff9b:1::/48 is for private use (RFC 8215).
    private static let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

    private static func isPublic(_ address: [UInt8]) -> Bool {
        switch (address[0], address[1], address[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _),
            (198, 18...19, _), (224..., _, _):
            false
        // Protocol assignments, the three networks for documentation, and the anycast of 6to4 relays.
        case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113), (192, 88, 99): false
        // Public by the registry, and a cloud's own service for its machines.
        case (168, 63, 129): address[3] != 16
        default: true
        }
    }

    private static func mapped(_ address: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + address
    }

    private static func version4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // A leading zero makes a number octal for some readers, so it makes an address of none here.
        let bytes = parts.compactMap { part in UInt8(part).flatMap { String($0) == part ? $0 : nil } }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        let groups = halves.compactMap(Self.groups)
        guard groups.count == halves.count else { return nil }
        switch groups.count {
        case 1: return groups[0].count == 16 ? groups[0] : nil
        case 2:
            let missing = 16 - groups[0].count - groups[1].count
            return missing >= 2 ? groups[0] + [UInt8](repeating: 0, count: missing) + groups[1] : nil
        default: return nil
        }
    }

    /// The bytes of colon-separated groups, the last of which may be dotted decimal.
    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        for group in text.split(separator: ":", omittingEmptySubsequences: false) {
            if let address = version4(group) {
                bytes += address
            } else if (1...4).contains(group.utf8.count), let value = UInt16(group, radix: 16) {
                bytes += [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
            } else {
                return nil
            }
        }
        return bytes
    }
}
