import HummingbirdCore
import NIOCore
import NIOHTTP1
import Testing

@testable import drawbridge

@Suite("RFC 9112: requests put together from their parts")
struct RequestAssemblyTests {
    private static func head(
        _ headers: HTTPHeaders = [:], version: HTTPVersion = .http1_1, hosts: [String] = ["localhost"]
    ) -> HTTPServerRequestPart {
        var headers = headers
        for host in hosts { headers.add(name: "Host", value: host) }
        return .head(HTTPRequestHead(version: version, method: .POST, uri: "/oauth2/token", headers: headers))
    }

    private static func body(_ text: String) -> HTTPServerRequestPart { .body(ByteBuffer(string: text)) }

    private static func text(of received: ReceivedRequest) async throws -> String {
        String(buffer: try await received.request.body.collect(upTo: .max))
    }

    @Test(
        "A request is made when all of it has come",
        arguments: [([], ""), (["one"], "one"), (["on", "", "e"], "one"), (["0123", "4567"], "01234567")])
    func whole(_ parts: [String], _ expected: String) async throws {
        var assembly = RequestAssembly(largestBody: 8)
        for part in [Self.head()] + parts.map(Self.body) {
            #expect(try assembly.add(part) == nil)
            #expect(!assembly.isBetweenRequests)
        }
        let received = try #require(try assembly.add(.end(nil)))
        #expect(received.request.uri.path == "/oauth2/token")
        #expect(try await Self.text(of: received) == expected)
        #expect(assembly.isBetweenRequests)
    }

    @Test("A body that is too large is not read further than that", arguments: [["012345678"], ["0123", "45678"]])
    func excess(_ parts: [String]) async throws {
        var assembly = RequestAssembly(largestBody: 8)
        var made = try assembly.add(Self.head())
        for part in parts {
            #expect(made == nil)
            made = try assembly.add(Self.body(part))
        }
        let received = try #require(made)
        #expect(try await Self.text(of: received) == "012345678")
        #expect(assembly.isInExcess)
        #expect(try assembly.add(Self.body("more")) == nil)
        #expect(try assembly.add(.end(nil)) == nil)
        #expect(assembly.isBetweenRequests)
    }

    @Test("A body that says it is too large is not waited for")
    func announced() throws {
        var assembly = RequestAssembly(largestBody: 8)
        #expect(try assembly.add(Self.head(["Content-Length": "9"])) != nil)
        #expect(assembly.isInExcess)
    }

    @Test("The next request begins anew")
    func next() async throws {
        var assembly = RequestAssembly(largestBody: 8)
        for text in ["first", "second"] {
            _ = try assembly.add(Self.head())
            _ = try assembly.add(Self.body(text))
            let received = try #require(try assembly.add(.end(nil)))
            #expect(try await Self.text(of: received) == text)
        }
    }

    @Test(
        "§9.3: what is to become of the connection",
        arguments: [
            ([], HTTPVersion.http1_1, ReceivedRequest.Afterwards.goOn),
            (["close"], .http1_1, .close), (["TE, Close"], .http1_1, .close), ([], .http1_0, .close),
            (["keep-alive"], .http1_0, .goOn),
        ])
    func afterwards(
        _ options: [String], _ version: HTTPVersion, _ expected: ReceivedRequest.Afterwards
    ) throws {
        let headers = HTTPHeaders(options.map { ("Connection", $0) })
        var assembly = RequestAssembly(largestBody: 8)
        _ = try assembly.add(Self.head(headers, version: version))
        #expect(try assembly.add(.end(nil))?.afterwards == expected)
    }

    @Test(
        "§3.2: a request names one host; before HTTP/1.1 it need not",
        arguments: [
            ([], HTTPVersion.http1_1, false), (["a"], .http1_1, true), ([""], .http1_1, true),
            (["a", "b"], .http1_1, false), (["a", "a"], .http1_1, false), ([], .http1_0, true),
            (["a", "b"], .http1_0, false),
        ] as [([String], HTTPVersion, Bool)])
    func hosts(_ hosts: [String], _ version: HTTPVersion, _ isRequest: Bool) throws {
        var assembly = RequestAssembly(largestBody: 8)
        if isRequest {
            _ = try assembly.add(Self.head(version: version, hosts: hosts))
        } else {
            #expect(throws: RequestAssembly.Flaw.noSingleHost) {
                try assembly.add(Self.head(version: version, hosts: hosts))
            }
        }
        #expect(assembly.isBetweenRequests != isRequest)
    }

    @Test(
        "RFC 9110 §10.1.1: a body that the peer holds back is known",
        arguments: [
            (["Expect": "100-continue"], HTTPVersion.http1_1, true), (["Expect": "100-Continue"], .http1_1, true),
            (["Expect": "100-continue"], .http1_0, false), (["Expect": "something"], .http1_1, false),
            ([:], .http1_1, false), (["Expect": "100-continue", "Content-Length": "9"], .http1_1, false),
        ] as [(HTTPHeaders, HTTPVersion, Bool)])
    func heldBack(_ headers: HTTPHeaders, _ version: HTTPVersion, _ expected: Bool) throws {
        var assembly = RequestAssembly(largestBody: 8)
        _ = try assembly.add(Self.head(headers, version: version))
        #expect(assembly.isHeldBack == expected)
        _ = try assembly.add(Self.body("a"))
        #expect(!assembly.isHeldBack)
    }

    @Test("A method that is no token makes no request")
    func noMethod() {
        var assembly = RequestAssembly(largestBody: 8)
        let head = HTTPRequestHead(
            version: .http1_1, method: .RAW(value: "GET IT"), uri: "/", headers: ["Host": "localhost"])
        #expect(throws: (any Error).self) { try assembly.add(.head(head)) }
        #expect(assembly.isBetweenRequests)
    }
}
