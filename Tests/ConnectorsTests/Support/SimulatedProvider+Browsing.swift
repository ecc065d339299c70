import AsyncHTTPClient
import Connectors
import FoundationEssentials
import NIOCore
import NIOHTTP1
import OAuth
import SimulatedUpstream
import Testing

extension SimulatedProvider {
    /// Logs in at the page `url` as a browser would, its form going to `action`, and returns the answer at the callback.
    func browse(_ url: String, form action: String, userName: String) async throws -> UpstreamAnswer {
        let client = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
        let answer: UpstreamAnswer
        do {
            let page = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
            let html = String(buffer: try await page.body.collect(upTo: 1 << 20))
            let parts = html.split(separator: #"name="interaction" value=""#, maxSplits: 1)
            let interaction = String(try #require(parts.dropFirst().first).prefix { $0 != "\"" })
            var form = HTTPClientRequest(url: action)
            form.method = .POST
            form.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            form.body = .bytes(
                ByteBuffer(
                    string: FormEncoding.encode([
                        ("interaction", interaction), ("username", userName), ("password", "correct horse"),
                    ])))
            let response = try await client.execute(form, timeout: .seconds(20))
            let location = try #require(response.headers.first(name: "location"))
            let query = try #require(location.split(separator: "?", maxSplits: 1).last)
            let fields = try FormParameters(decoding: Array(query.utf8))
            #expect(location.hasPrefix(Upstream.callback + "?"))
            #expect(try fields.value("state") == "sealed-state")
            answer = .code(Secret(try #require(try fields.value("code"))), issuer: try fields.value("iss"))
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return answer
    }
}
