#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Addresses of peers, as one party behind them is counted.
enum NetworkAddress {
    /// The address itself for IPv4; the /64 for IPv6, all of which one household has to itself (RFC 6177 §2).
    static func block(of address: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        guard !bytes.starts(with: mapped) else {
            return bytes.suffix(4).map { String($0) }.joined(separator: ".")
        }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }
}
