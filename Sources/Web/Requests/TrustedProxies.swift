import Glibc

/// The reverse proxies whose word about the client's address counts.
package struct TrustedProxies: Sendable {
    /// Which entry of the list cannot be read.
    package struct Malformed: Error, Sendable, Equatable {
        package let entry: String
    }

    /// An address block (RFC 4632): the leading `length` bits of `bytes`.
    private struct Block: Sendable {
        let bytes: [UInt8]
        let length: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            return (0..<length).allSatisfy { bit in
                (address[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }

    private let blocks: [Block]

    /// Reads addresses and blocks such as `10.0.0.0/8` and `::1`.
    package init(_ entries: [String]) throws(Malformed) {
        var blocks: [Block] = []
        for entry in entries {
            let parts = entry.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let first = parts.first, let bytes = Self.bytes(of: first) else { throw Malformed(entry: entry) }
            let length = parts.count == 2 ? UInt8(parts[1]).map(Int.init) : bytes.count * 8
            guard let length, length <= bytes.count * 8, parts.count == 1 || parts[1] == String(length) else {
                throw Malformed(entry: entry)
            }
            blocks.append(Block(bytes: bytes, length: length))
        }
        self.blocks = blocks
    }

    /// The client behind `peer`: walking `X-Forwarded-For` from the end, the first address that is not a proxy of ours.
    ///
    /// What a stranger writes into the header stands further left and is never reached.
    package func client(behind peer: String, forwardedFor: @autoclosure () -> [String]) -> String {
        guard trusts(peer) else { return peer }
        let hops = forwardedFor().flatMap { $0.split(separator: ",") }.map { hop in
            String(hop.drop { $0 == " " }.prefix { $0 != " " })
        }
        var client = peer
        for hop in hops.reversed() {
            guard Self.bytes(of: hop) != nil else { return client }
            client = hop
            guard trusts(hop) else { return client }
        }
        return client
    }

    /// Whether whoever holds a connection from `address` is one of them.
    func trusts(_ address: String) -> Bool {
        guard !blocks.isEmpty, let bytes = Self.bytes(of: address) else { return false }
        return blocks.contains { $0.contains(bytes) }
    }

    /// The 4 or 16 bytes of an address in text form; an IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2) is the former.
    private static func bytes(of address: String) -> [UInt8]? {
        var short = [UInt8](repeating: 0, count: 4)
        if unsafe inet_pton(AF_INET, address, &short) == 1 { return short }
        var long = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, address, &long) == 1 else { return nil }
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        return long.starts(with: mapped) ? Array(long.suffix(4)) : long
    }
}
