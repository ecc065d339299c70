import FoundationEssentials
import OAuth

extension UpstreamTransport {
    /// The JSON answer to `request`; anything but 200 is an error, its cause naming the address and the status.
    func json<Answer: Decodable>(
        _ type: Answer.Type, from request: UpstreamRequest
    ) async throws(ConnectorError) -> Answer {
        let response = try await send(request)
        try response.requireSuccess(from: request.endpoint)
        return try response.decode(type, from: request.endpoint)
    }
}

extension UpstreamResponse {
    /// Sorts a status that is not 200 into a provider in trouble and one that does what it should not.
    func requireSuccess(from endpoint: UpstreamEndpoint) throws(ConnectorError) {
        try requireAnswer(from: endpoint)
        guard status == 200 else { throw .misbehaved(cause: "\(endpoint) answered \(status)") }
    }

    /// Throws unless the provider answered on its own account: server errors and throttling are not answers.
    func requireAnswer(from endpoint: UpstreamEndpoint) throws(ConnectorError) {
        guard !isExcuse else { throw .unavailable(cause: "\(endpoint) answered \(status)") }
        switch status {
        case 301, 302, 303, 307, 308:
            throw .misbehaved(cause: "\(endpoint) answered \(status); redirects are not followed")
        default: return
        }
    }

    /// Reads the body as JSON, whatever its content type says.
    func decode<Answer: Decodable>(
        _ type: Answer.Type, from endpoint: UpstreamEndpoint
    ) throws(ConnectorError) -> Answer {
        do {
            return try UntrustedJSON.decode(type, from: Data(body))
        } catch {
            throw .misbehaved(cause: "\(endpoint) answered \(status) with something other than the expected JSON")
        }
    }
}
