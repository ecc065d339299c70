import Glibc
import NIOCore

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
            let length = parts.count == 2 ? Int(parts[1]) : bytes.count * 8
            guard let length, (0...bytes.count * 8).contains(length) else { throw Malformed(entry: entry) }
            blocks.append(Block(bytes: bytes, length: length))
        }
        self.blocks = blocks
    }

    /// The client behind `peer`: walking `X-Forwarded-For` from the end, the first address that is not a proxy of ours.
    ///
    /// What a stranger writes into the header stands further left and is never reached.
    package func client(behind peer: String, forwardedFor: [String]) -> String {
        guard trusts(peer) else { return peer }
        let hops = forwardedFor.flatMap { $0.split(separator: ",") }.map { hop in
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

    private func trusts(_ address: String) -> Bool {
        guard !blocks.isEmpty, let bytes = Self.bytes(of: address) else { return false }
        return blocks.contains { $0.contains(bytes) }
    }

    private static func bytes(of address: String) -> [UInt8]? {
        guard let parsed = try? SocketAddress(ipAddress: address, port: 0) else { return nil }
        return switch parsed {
        case .v4(let v4): unsafe withUnsafeBytes(of: v4.address.sin_addr) { unsafe Array($0) }
        case .v6(let v6): unsafe withUnsafeBytes(of: v6.address.sin6_addr) { unsafe Array($0) }
        case .unixDomainSocket: nil
        }
    }
}
