import OAuth
import Synchronization
import Testing

@testable import Connectors

@Suite("Documents whose addresses strangers name") struct PublicDocumentsTests {
    /// Answers every request alike, and remembers what was asked.
    private final class Answering: ClientCalling {
        let unavailableHosts: [String] = []
        private let response: UpstreamResponse
        private let requests = Mutex<[UpstreamRequest]>([])

        init(_ status: Int, _ body: String) {
            response = UpstreamResponse(status: status, body: Array(body.utf8))
        }

        var asked: [UpstreamRequest] { requests.withLock(\.self) }

        func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse {
            requests.withLock { $0.append(request) }
            return response
        }
    }

    private func failure(of documents: FetchedDocuments, at url: String) async -> ConnectorError? {
        await connectorError { () async throws(ConnectorError) in try await documents.document(at: url) }
    }

    @Test func `A document is fetched as it is, and no more of it than is looked at`() async throws {
        let calls = Answering(200, #"["https://a.example/cb"]"#)
        let document = try await FetchedDocuments(calls).document(at: "https://city.example/apps.json")
        #expect(document == .array(["https://a.example/cb"]))
        let request = try #require(calls.asked.first)
        #expect(request.endpoint.url == "https://city.example/apps.json" && request.limit == 65_536)
        #expect(request.endpoint.source == .discovery, "where the name leads is looked at when connecting")
    }

    @Test(arguments: [
        "http://city.example/", "https://127.0.0.1/", "https://127.1/", "https://[::1]/", "https://10.1.2.3/",
        "https://169.254.169.254/latest", "https://localhost/", "https://intranet/", "https://a@city.example/",
        "file:///etc/passwd", "city.example", "", "https://2130706433/", "https://[::ffff:10.0.0.1]/",
    ])
    func `Nothing is asked of an address that is not public`(url: String) async {
        let calls = Answering(200, "[]")
        #expect(await failure(of: FetchedDocuments(calls), at: url) != nil)
        #expect(calls.asked.isEmpty)
    }

    @Test(arguments: [
        (404, "[]"), (302, "[]"), (500, "[]"), (200, ""), (200, "<html>"), (200, String(repeating: "[", count: 9000)),
    ])
    func `What is no document is none`(status: Int, body: String) async {
        let documents = FetchedDocuments(Answering(status, body))
        #expect(await failure(of: documents, at: "https://city.example/apps.json") != nil)
    }
}
