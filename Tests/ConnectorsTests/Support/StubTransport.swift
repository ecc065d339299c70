import Connectors
import FoundationEssentials
import OAuth
import Synchronization

/// A transport that answers from a table of addresses and remembers what it was asked.
final class StubTransport: UpstreamTransport {
    typealias Answer = @Sendable (UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse

    private let answers: Mutex<[String: Answer]>
    private let asked = Mutex<[UpstreamRequest]>([])

    init(_ answers: [String: Answer] = [:]) {
        self.answers = Mutex(answers)
    }

    func answer(_ url: String, with answer: @escaping Answer) {
        answers.withLock { $0[url] = answer }
    }

    func answer(_ url: String, status: Int = 200, _ value: JSONValue) {
        answer(url) { (_: UpstreamRequest) async throws(ConnectorError) in .json(value, status: status) }
    }

    func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse {
        asked.withLock { $0.append(request) }
        guard let answer = answers.withLock({ $0[request.endpoint.url] }) else {
            return UpstreamResponse(status: 404, body: [])
        }
        return try await answer(request)
    }

    /// How often `url` was asked.
    func count(_ url: String) -> Int {
        asked.withLock { $0.count { $0.endpoint.url == url } }
    }

    /// The last request to `url`.
    func last(_ url: String) -> UpstreamRequest? {
        asked.withLock { $0.last { $0.endpoint.url == url } }
    }
}

extension UpstreamResponse {
    static func json(_ value: JSONValue, status: Int = 200) -> UpstreamResponse {
        UpstreamResponse(status: status, body: value.bytes)
    }
}

extension JSONValue {
    /// The value as JSON text.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}

extension JSONValue {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension UpstreamRequest {
    /// The fields of a form.
    var form: [String: String] {
        guard case .form(let fields) = content else { return [:] }
        return Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// The members of an AWS JSON message.
    var message: JSONValue? {
        guard case .amazonJSON(_, let bytes) = content else { return nil }
        return try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }
}
