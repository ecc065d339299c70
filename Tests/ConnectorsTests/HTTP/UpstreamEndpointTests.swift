import Testing

@testable import Connectors

@Suite("Addresses of providers") struct UpstreamEndpointTests {
    @Test(arguments: [
        "https://id.example", "https://id.example:8443/a?b=c", "http://localhost:8080", "http://127.0.0.1:1",
        "http://[::1]:8080/keys", "https://10.0.0.1/keys", "https://intranet/keys",
    ])
    func `The operator may name any https address, and http on loopback`(url: String) throws {
        let endpoint = try UpstreamEndpoint(named: url)
        #expect(endpoint.url == url)
        #expect(endpoint.source == .file)
    }

    @Test(arguments: [
        ("http://id.example", UpstreamEndpoint.Flaw.insecure), ("http://10.0.0.1", .insecure),
        ("http://localhost.id.example", .insecure), ("http://127.0.0.1.id.example", .insecure),
        ("http://127.0.0.2", .insecure), ("http://2130706433", .insecure), ("id.example", .malformed),
        ("ftp://localhost", .malformed), ("https://", .malformed), ("https://user@id.example", .malformed),
        ("http://localhost@id.example", .malformed), ("https://id.example#top", .malformed),
        ("https://id.example/ a", .malformed), ("https://id.example\\@localhost", .malformed),
        ("https://id.example:0", .malformed), ("https://id.example:99999", .malformed),
        ("HTTPS://id.example", .malformed),
        ("https://id.exämple", .malformed), ("https://id.example/\r\nx", .malformed),
    ])
    func `Anything else is refused`(url: String, flaw: UpstreamEndpoint.Flaw) {
        #expect(throws: flaw) { try UpstreamEndpoint(named: url) }
    }

    @Test(arguments: [
        ("https://login.example/token", UpstreamEndpoint.Source.discovery), ("https://93.184.216.34/", .discovery),
        ("https://[2606:4700::1]/", .discovery), ("https://id.example/token", .file),
        ("https://ID.example:443/token", .file), ("http://localhost:9000/token", .file),
    ])
    func `Discovery may lead to public addresses, and to what the file names`(
        url: String, source: UpstreamEndpoint.Source
    ) throws {
        let named = try ["https://id.example", "http://localhost:9000"].map(UpstreamEndpoint.init(named:))
        #expect(try UpstreamEndpoint(discovered: url, besides: named).source == source)
    }

    @Test(arguments: [
        ("http://login.example", UpstreamEndpoint.Flaw.insecure), ("http://localhost:9001", .insecure),
        ("http://localhost", .insecure), ("https://localhost:9000", .privateAddress),
        ("https://LOCALHOST", .privateAddress), ("https://localhost.", .privateAddress),
        ("https://metadata.localhost", .privateAddress), ("https://127.0.0.1", .privateAddress),
        ("https://10.1.2.3/keys", .privateAddress), ("https://172.16.0.1", .privateAddress),
        ("https://192.168.1.1", .privateAddress), ("https://169.254.169.254/latest", .privateAddress),
        ("https://100.64.0.1", .privateAddress), ("https://0.0.0.0", .privateAddress),
        ("https://[::1]", .privateAddress),
        ("https://[::]", .privateAddress), ("https://[fe80::1]", .privateAddress),
        ("https://[fd00::1]", .privateAddress), ("https://[::ffff:127.0.0.1]", .privateAddress),
        ("https://[::ffff:a9fe:a9fe]", .privateAddress), ("https://[64:ff9b::10.0.0.1]", .privateAddress),
        ("https://[2002:7f00:1::]", .privateAddress), ("https://127.1", .privateAddress),
        ("https://2130706433", .privateAddress), ("https://0x7f.0.0.1", .privateAddress),
        ("https://0177.0.0.1", .privateAddress), ("file:///etc/passwd", .malformed),
        ("https://intranet/keys", .privateAddress), ("https://ip6-localhost", .privateAddress),
        ("https://intranet.", .privateAddress), ("https://[64:ff9b:1::808:808]", .privateAddress),
        ("https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]", .privateAddress), ("https://[ff02::1]", .privateAddress),
        ("https://[::127.0.0.1]", .privateAddress), ("https://[fd00:ec2::254]", .privateAddress),
        ("https://168.63.129.16", .privateAddress), ("https://100.100.100.200", .privateAddress),
        ("https://192.0.0.192", .privateAddress), ("https://239.255.255.250", .privateAddress),
    ])
    func `Discovery may lead neither into private networks nor to plain http`(url: String, flaw: UpstreamEndpoint.Flaw)
        throws
    {
        let named = try ["https://id.example", "http://localhost:9000"].map(UpstreamEndpoint.init(named:))
        #expect(throws: flaw) { try UpstreamEndpoint(discovered: url, besides: named) }
    }

    @Test func `Parameters are added to a query that is there already`() throws {
        let endpoint = try UpstreamEndpoint(named: "https://id.example/authorize?policy=b2c")
        #expect(endpoint.url(adding: [("a", "b c&d")]) == "https://id.example/authorize?policy=b2c&a=b%20c%26d")
        #expect("\(endpoint)" == "https://id.example/authorize")
    }
}

@Suite("RFC 6890: special-purpose addresses") struct IPAddressTests {
    @Test(arguments: [
        "1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "192.167.1.1", "2606:4700::1111",
        "100.63.255.255", "100.128.0.1", "168.63.129.17", "192.88.98.1", "198.51.101.1", "203.0.112.1", "192.1.0.1",
        "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::", "2001:200::1", "2a00:1450::1", "3ffe::1",
    ])
    func `Public`(text: String) throws {
        #expect(try #require(IPAddress(host: text)).isPublic)
    }

    @Test(arguments: [
        "0.1.2.3", "10.0.0.1", "127.255.0.1", "169.254.0.1", "172.31.255.255", "192.168.0.1", "198.18.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1", "64:ff9b:1::1", "64:ff9b::1:808:808", "64:ff9b::a9fe:a9fe",
        "100.64.0.0", "100.127.255.255", "168.63.129.16", "169.254.169.254", "192.0.0.192", "192.88.99.1",
        "198.51.100.7", "203.0.113.7", "240.0.0.1", "::7f00:1", "100::1", "2001::1", "2001:2::1", "2001:20::1",
        "2001:1ff::1", "3fff::1", "3fff:fff::1", "5f00::1", "4000::1", "fec0::1", "2002:a9fe:a9fe::", "::ffff:0:0",
    ])
    func `Not public`(text: String) throws {
        #expect(try #require(IPAddress(host: text)).isPublic == false)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "+1.2.3.4", "1.2.3.", "a.b.c.d", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1.2.3",
    ])
    func `Not an address`(text: String) {
        #expect(IPAddress(host: text) == nil)
    }

    @Test func `One address has many spellings`() {
        #expect(IPAddress(host: "2001:db8::1") == IPAddress(host: "[2001:0DB8:0:0:0:0:0:1]"))
        #expect(IPAddress(host: "1.2.3.4") == IPAddress(host: "::ffff:102:304"))
    }
}
