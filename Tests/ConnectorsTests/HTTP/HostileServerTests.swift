import NIOCore
import OAuth
import Testing

@testable import Connectors

@Suite("HTTP to providers: servers that mean harm", .timeLimit(.minutes(1))) struct HostileServerTests {
    private static let briefly = UpstreamHTTP.Limits(deadline: .milliseconds(300))
    private static let json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

    /// What comes of asking a server that speaks like `script`, and what that was called in the log.
    private func ask(
        _ script: RawServer.Script, limits: UpstreamHTTP.Limits = .init(deadline: .seconds(300)),
        authorization: UpstreamRequest.Authorization = .none
    ) async throws -> (error: String?, reports: Int, requests: [String]) {
        let observed = Observed()
        var outcome: (String?, [String]) = (nil, [])
        try await RawServer.run(script) { server, address in
            let request = UpstreamRequest(try UpstreamEndpoint(named: address), authorization: authorization)
            let http = Upstream.http(limits: limits, observed: observed)
            let error = await connectorError { () async throws(ConnectorError) in try await http.send(request) }
            let text = error.map { "\($0)".replacing(address, with: "it") }
            outcome = (text, server.requests)
        }
        return (outcome.0, observed.events.count, outcome.1)
    }

    @Test(arguments: [
        RawServer.Script(opening: ""),
        RawServer.Script(opening: "HTTP/1.1 200 OK\r\nX-Drip: ", refrain: "a", pause: .milliseconds(20)),
        RawServer.Script(
            opening: json + "Content-Length: 1000\r\n\r\n{\"a\":\"", refrain: "x", pause: .milliseconds(20)),
        RawServer.Script(
            opening: json + "Transfer-Encoding: chunked\r\n\r\n", refrain: "1\r\nx\r\n", pause: .milliseconds(20)),
        RawServer.Script(opening: "", refrain: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    ])
    func `Silence, drips and endless hints end at the deadline`(script: RawServer.Script) async throws {
        let (error, reports, _) = try await ask(script, limits: Self.briefly)
        #expect(error == #"unavailable(cause: "it gave no complete answer in time")"#)
        #expect(reports == 1)
    }

    @Test func `Endless header fields are cut off`() async throws {
        let field = String(repeating: "X-Padding: " + String(repeating: "a", count: 1000) + "\r\n", count: 50)
        let (error, reports, _) = try await ask(.init(opening: "HTTP/1.1 200 OK\r\n", refrain: field))
        #expect(error?.hasPrefix(#"unavailable(cause: "it did not answer with HTTP: "#) == true)
        #expect(reports == 1)
    }

    @Test(arguments: [
        RawServer.Script(opening: json + "\r\n{\"a\":\"", refrain: String(repeating: "x", count: 65_536)),
        RawServer.Script(
            opening: json + "Transfer-Encoding: chunked\r\n\r\n",
            refrain: "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"),
        RawServer.Script(opening: json + "Content-Length: 104857600\r\n\r\n{\"a\":"),
    ])
    func `A body without end, or of a hundred megabytes, is read up to the limit`(
        script: RawServer.Script
    ) async throws {
        let (error, _, _) = try await ask(script)
        #expect(error == #"misbehaved(cause: "it answered more than 1048576 bytes")"#)
    }

    @Test(arguments: ["gzip", "deflate", "br", "identity, gzip", "x-unknown"])
    func `Compression is neither asked for nor accepted`(coding: String) async throws {
        let (error, _, requests) = try await ask(
            .init(opening: Self.json + "Content-Encoding: \(coding)\r\nContent-Length: 2\r\n\r\n{}"))
        #expect(error == #"misbehaved(cause: "it answered with a content coding")"#)
        let request = try #require(requests.first)
        #expect(request.lowercased().contains("\r\naccept-encoding: identity\r\n"))
    }

    @Test(arguments: [
        RawServer.Script(opening: json + "Content-Length: 100\r\n\r\n{\"a\":", ending: .hangUp),
        RawServer.Script(opening: "", ending: .hangUp),
        RawServer.Script(opening: "HTTP/1.1 200 OK\r\nContent-", ending: .hangUp),
        RawServer.Script(opening: "SSH-2.0-OpenSSH_9.9\r\n", ending: .hangUp),
        RawServer.Script(opening: "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{16}", ending: .hangUp),
        RawServer.Script(opening: "HTTP/1.1 999999 \r\n\r\n", ending: .hangUp),
    ])
    func `Half an answer, or none that is HTTP, is none`(script: RawServer.Script) async throws {
        let (error, reports, _) = try await ask(script)
        #expect(error?.hasPrefix(#"unavailable(cause: "it "#) == true, "\(String(describing: error))")
        #expect(reports == 1)
    }

    @Test(arguments: ["a\r\nX-Injected: 1", "a b", "", "a\u{0}", "é", "a\u{7F}"])
    func `A token that is none never becomes a header field, nor part of a cause`(token: String) async throws {
        let (error, _, requests) = try await ask(
            .init(opening: Self.json + "Content-Length: 2\r\n\r\n{}"),
            authorization: .bearer(Secret(token), of: .broker))
        #expect(error == #"misbehaved(cause: "it would be sent a token that is none (RFC 6750 §2.1)")"#)
        #expect(requests.isEmpty)
    }
}
