package import Connectors
package import OAuth
import Synchronization

/// Documents of a test's own; there are none at first.
package final class StubDocuments: PublicDocuments {
    private let state = Mutex<(documents: [String: JSONValue], asked: [String])>(([:], []))

    package init() {}

    /// The addresses asked so far.
    package var asked: [String] { state.withLock { $0.asked } }

    /// Publishes `document` at `url`.
    package func publish(_ document: JSONValue, at url: String) {
        state.withLock { $0.documents[url] = document }
    }

    package func document(at url: String) async throws(ConnectorError) -> JSONValue {
        let found = state.withLock { state in
            state.asked.append(url)
            return state.documents[url]
        }
        guard let found else { throw .unavailable(cause: "there is no such document") }
        return found
    }
}
