import Connectors
import OAuth
import Synchronization

/// Clients' addresses that answer as they are told, and remember what they were sent.
final class StubClientCalls: ClientCalling {
    private struct Book {
        var answers: [String: Result<Int, ConnectorError>] = [:]
        var unavailable: [String] = []
        var sent: [Message] = []
    }

    /// One request.
    struct Message: Sendable {
        let url: String
        let source: UpstreamEndpoint.Source
        let form: [String: String]
    }

    private let book = Mutex(Book())

    var sent: [Message] { book.withLock { $0.sent } }
    var unavailableHosts: [String] { book.withLock { $0.unavailable } }

    /// Has `url` answer with a status, or not at all.
    func answer(_ url: String, _ answer: Result<Int, ConnectorError>) { book.withLock { $0.answers[url] = answer } }

    func leaveAlone(_ hosts: [String]) { book.withLock { $0.unavailable = hosts } }

    func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse {
        var form: [String: String] = [:]
        if case .form(let fields) = request.content { for field in fields { form[field.name] = field.value } }
        let message = Message(url: request.endpoint.url, source: request.endpoint.source, form: form)
        let answer = book.withLock { book in
            book.sent.append(message)
            return book.answers[message.url] ?? .success(200)
        }
        return UpstreamResponse(status: try answer.get(), body: [])
    }
}
