import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import OAuth
import Synchronization

/// HTTP to one provider, bounded in time, size and number, so that a bad one costs nothing but itself.
package final class UpstreamHTTP: UpstreamTransport {
    /// What one provider may use up.
    package struct Limits: Sendable {
        /// From asking to the last byte of the answer.
        package var deadline: Duration
        /// Requests under way at once; one more is refused rather than kept waiting.
        package var concurrentRequests: Int

        package init(deadline: Duration = .seconds(10), concurrentRequests: Int = 256) {
            self.deadline = deadline
            self.concurrentRequests = concurrentRequests
        }
    }

    private let clients: UpstreamClients
    private let limits: Limits
    private let underWay = Mutex(0)

    /// One of these per provider; all share `clients`.
    package init(_ clients: UpstreamClients, limits: Limits = Limits()) {
        self.clients = clients
        self.limits = limits
    }

    package func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse {
        let isAdmitted = underWay.withLock { count in
            guard count < limits.concurrentRequests else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw .unavailable(cause: "too many requests to this provider are under way") }
        defer { underWay.withLock { $0 -= 1 } }
        return try await raceAgainstDeadline(request).get()
    }

    /// The client's own deadline ends with the response head, so the whole exchange runs against one of ours.
    private func raceAgainstDeadline(_ request: UpstreamRequest) async -> Result<UpstreamResponse, ConnectorError> {
        await withTaskGroup(of: Result<UpstreamResponse, ConnectorError>.self) { group in
            group.addTask { await self.exchange(request) }
            group.addTask {
                try? await Task.sleep(for: self.limits.deadline)
                return .failure(.unavailable(cause: "\(request.endpoint) gave no complete answer in time"))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(.unavailable(cause: "\(request.endpoint) was not asked"))
        }
    }

    private func exchange(_ request: UpstreamRequest) async -> Result<UpstreamResponse, ConnectorError> {
        do {
            let response = try await clients.client(for: request.endpoint).execute(
                request.httpRequest, timeout: .nanoseconds(Int64(limits.deadline / .nanoseconds(1))))
            let body = try await response.body.collect(upTo: request.limit)
            // A cancelled body ends early without an error; half an answer is none.
            guard !Task.isCancelled else {
                return .failure(.unavailable(cause: "\(request.endpoint): cancelled"))
            }
            return .success(UpstreamResponse(status: Int(response.status.code), body: Array(body.readableBytesView)))
        } catch is NIOTooManyBytesError {
            return .failure(.unavailable(cause: "\(request.endpoint) answered more than \(request.limit) bytes"))
        } catch {
            return .failure(.unavailable(cause: "\(request.endpoint): \(Self.cause(error))"))
        }
    }

    /// What went wrong below HTTP; these errors name addresses and conditions, never anything that was sent.
    private static func cause(_ error: any Error) -> String {
        String(String(describing: error).prefix(200))
    }
}

extension UpstreamRequest {
    fileprivate var httpRequest: HTTPClientRequest {
        var request = HTTPClientRequest(url: endpoint.url)
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "Drawbridge")
        switch content {
        case .nothing: request.method = .GET
        case .form(let parameters):
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: FormEncoding.encode(parameters)))
        case .json(let method, let bytes):
            request.method = HTTPMethod(rawValue: method.rawValue)
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: bytes))
        case .amazonJSON(let target, let bytes):
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-amz-json-1.1")
            request.headers.add(name: "x-amz-target", value: target)
            request.body = .bytes(ByteBuffer(bytes: bytes))
        }
        switch authorization {
        case .none: break
        case .basic(let name, let password):
            let credentials = Data("\(name):\(password.reveal())".utf8).base64EncodedString()
            request.headers.add(name: "authorization", value: "Basic \(credentials)")
        case .bearer(let token):
            request.headers.add(name: "authorization", value: "Bearer \(token.reveal())")
        }
        return request
    }
}
