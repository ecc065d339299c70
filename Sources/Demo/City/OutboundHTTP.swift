import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import SimulatedUpstream

/// Requests of the sample city to others, bounded in time and size.
struct OutboundHTTP: Sendable {
    let client: HTTPClient

    /// An answer, read to its end.
    struct Answer: Sendable {
        let status: UInt
        let body: Data

        /// The body as JSON; throws where it is none of that shape.
        func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: body)
        }
    }

    /// Credentials for the header `Authorization`.
    enum Credential: Sendable {
        case none
        case bearer(String)
        /// Both parts are form-encoded first (RFC 6749 §2.3.1).
        case basic(id: String, secret: String)

        var header: String? {
            switch self {
            case .none: return nil
            case .bearer(let token): return "Bearer \(token)"
            case .basic(let id, let secret):
                let pair = FormFields.encode(id) + ":" + FormFields.encode(secret)
                return "Basic " + Data(pair.utf8).base64EncodedString()
            }
        }
    }

    func get(_ address: String, credential: Credential = .none) async throws -> Answer {
        try await send(HTTPClientRequest(url: address), credential)
    }

    func post(
        form: [(name: String, value: String)], to address: String, credential: Credential = .none
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: FormFields.encode(form)))
        return try await send(request, credential)
    }

    func post(
        json: some Encodable, to address: String, headers: [(String, String)], credential: Credential = .none
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(json)))
        return try await send(request, credential)
    }

    private func send(_ request: HTTPClientRequest, _ credential: Credential) async throws -> Answer {
        var request = request
        request.headers.add(name: "Accept", value: "application/json")
        if let header = credential.header { request.headers.add(name: "Authorization", value: header) }
        let response = try await client.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: response.status.code, body: Data(body.readableBytesView))
    }
}
