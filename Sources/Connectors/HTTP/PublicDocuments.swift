package import OAuth

/// Fetches documents whose addresses strangers name.
package protocol PublicDocuments: Sendable {
    /// The JSON at `url`; throws ``ConnectorError`` where there is none to be had.
    func document(at url: String) async throws(ConnectorError) -> JSONValue
}

/// Fetches them by https from public addresses alone, whatever name leads there; small, soon, and without redirects.
package struct FetchedDocuments: PublicDocuments {
    private let calls: any ClientCalling

    /// Longest document, in bytes.
    private static let maximumLength = 65_536

    package init(_ calls: any ClientCalling) {
        self.calls = calls
    }

    package func document(at url: String) async throws(ConnectorError) -> JSONValue {
        let endpoint: UpstreamEndpoint
        do throws(UpstreamEndpoint.Flaw) {
            endpoint = try UpstreamEndpoint(registered: url, by: .theClient)
        } catch {
            throw .misbehaved(cause: "an address that is not asked was named")
        }
        let response = try await calls.send(UpstreamRequest(endpoint, limit: Self.maximumLength))
        try response.requireSuccess(from: endpoint)
        return try response.decode(JSONValue.self, from: endpoint)
    }
}
