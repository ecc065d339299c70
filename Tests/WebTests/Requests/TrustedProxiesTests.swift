import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import Testing
import Web

@Suite("X-Forwarded-For: believed only from proxies of ours")
struct TrustedProxiesTests {
    /// Who connects, what the header fields say, and who it is then.
    static let peers: [([String], String, [String], String)] = [
        ([], "203.0.113.7", [], "203.0.113.7"),
        ([], "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        (["10.0.0.0/8"], "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        (["10.0.0.0/8"], "10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", [], "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", ["6.6.6.6, 198.51.100.1, 10.9.9.9"], "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", ["10.1.1.1, 10.9.9.9"], "10.1.1.1"),
        (["10.0.0.0/8"], "10.1.2.3", ["6.6.6.6, nonsense, 10.9.9.9"], "10.9.9.9"),
        (["10.0.0.0/8"], "10.1.2.3", ["nonsense"], "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", [""], "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", [" 198.51.100.1 "], "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", ["198.51.100.1:4711"], "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", ["198.51.100.1\n6.6.6.6"], "10.1.2.3"),
        (["10.0.0.0/8"], "11.0.0.1", ["198.51.100.1"], "11.0.0.1"),
        (["10.0.0.5"], "10.0.0.5", ["198.51.100.1"], "198.51.100.1"),
        (["10.0.0.5"], "10.0.0.6", ["198.51.100.1"], "10.0.0.6"),
        (["172.16.0.0/12"], "172.31.255.255", ["198.51.100.1"], "198.51.100.1"),
        (["172.16.0.0/12"], "172.32.0.0", ["198.51.100.1"], "172.32.0.0"),
        (["::1"], "::1", ["2001:db8::7"], "2001:db8::7"),
        (["2001:db8::/32"], "2001:db8:1::1", ["198.51.100.1"], "198.51.100.1"),
        (["2001:db8::/32"], "2001:db9::1", ["198.51.100.1"], "2001:db9::1"),
        (["10.0.0.0/8"], "::ffff:10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        (["0.0.0.0/0"], "203.0.113.7", ["198.51.100.1"], "198.51.100.1"),
        (["0.0.0.0/0"], "2001:db8::1", ["198.51.100.1"], "2001:db8::1"),
        (["::/0"], "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        (["10.0.0.0/8"], "unknown", ["198.51.100.1"], "unknown"),
    ]

    @Test("Whose word counts", arguments: peers)
    func table(entries: [String], peer: String, forwardedFor: [String], client: String) throws {
        #expect(try TrustedProxies(entries).client(behind: peer, forwardedFor: forwardedFor) == client)
    }

    @Test(
        "An entry that is no address or block is named",
        arguments: [
            "", "10", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "proxy.example",
            "1.2.3.4 ",
            "10.0.0.0/+8",
        ])
    func malformed(entry: String) {
        let error = #expect(throws: TrustedProxies.Malformed.self) { try TrustedProxies(["::1", entry]) }
        #expect(error?.entry == entry)
    }

    @Test(
        "Over a real connection the trusted peer's word stands in the log, a stranger's does not",
        arguments: [
            (["127.0.0.0/8", "::1"], true), (["10.0.0.0/8"], false), ([], false),
        ])
    func connected(proxies: [String], believed: Bool) async throws {
        let scene = try await WebScene(trustedProxies: proxies)
        let name = try #require(HTTPField.Name("X-Forwarded-For"))
        try await scene.test(.live) { visitor in
            try await visitor.send(.get, "/health/live", headers: [name: "6.6.6.6, 198.51.100.1"])
        }
        let addresses = scene.log.entries.compactMap { $0.metadata["client.address"].map { "\($0)" } }
        #expect(addresses.count == 1)
        #expect((addresses.first == "198.51.100.1") == believed)
        #expect(!addresses.contains("6.6.6.6"))
        #expect(!addresses.contains("unknown"))
    }
}
