import OAuth

/// Asks Microsoft Graph which groups a person is in, directly or through others.
struct MicrosoftGraph: Sendable {
    /// Such as `https://graph.microsoft.com/v1.0`.
    let endpoint: UpstreamEndpoint
    let transport: any UpstreamTransport

    /// Entra ID lets nobody into more than a few thousand groups; beyond this many pages somebody is playing.
    static let maximumPages = 10

    private struct Page: Decodable {
        let value: [Member]
        let next: String?

        enum CodingKeys: String, CodingKey {
            case value
            case next = "@odata.nextLink"
        }
    }

    private struct Member: Decodable {
        let type: String?
        let id: String

        enum CodingKeys: String, CodingKey {
            case type = "@odata.type"
            case id
        }
    }

    /// The ids of all groups of whoever `accessToken` is about; half a list is none.
    func groups(with accessToken: Secret) async throws(ConnectorError) -> [String] {
        var ids: [String] = []
        var next = UpstreamEndpoint(
            url: endpoint.appendingPath("/me/transitiveMemberOf").url + "?$select=id&$top=999",
            source: endpoint.source, origin: endpoint.origin)
        for _ in 1...Self.maximumPages {
            let page = try await page(at: next, with: accessToken)
            // Roles and administrative units are members of the same list.
            ids += page.value.filter { $0.type == "#microsoft.graph.group" }.map(\.id)
            guard let link = page.next else { return ids }
            next = try following(link)
        }
        throw .misbehaved(cause: "\(endpoint) has more than \(Self.maximumPages) pages of groups")
    }

    private func page(at place: UpstreamEndpoint, with accessToken: Secret) async throws(ConnectorError) -> Page {
        let response = try await transport.send(
            UpstreamRequest(place, authorization: .bearer(accessToken, of: .person)))
        guard response.status != 401, response.status != 403 else {
            throw .misbehaved(
                cause: "\(place) answered \(response.status); the scope User.Read or GroupMember.Read.All is missing")
        }
        try response.requireSuccess(from: place)
        return try response.decode(Page.self, from: place)
    }

    /// The access token goes nowhere but to Graph.
    private func following(_ link: String) throws(ConnectorError) -> UpstreamEndpoint {
        guard let next = try? UpstreamEndpoint(discovered: link, besides: [endpoint]), next.origin == endpoint.origin
        else { throw .misbehaved(cause: "\(endpoint) continues at another host") }
        return next
    }
}
