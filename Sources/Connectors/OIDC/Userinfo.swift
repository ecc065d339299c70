import OAuth

/// How tokens came here.
enum TokenProvenance: Sendable, Hashable {
    /// From the provider's own token endpoint, a moment ago.
    case issued
    /// From a login front end.
    case handedOver
}

/// The claims of a userinfo endpoint (OIDC Core §5.3).
struct Userinfo: Sendable {
    private let values: [String: JSONValue]

    /// Asks `endpoint` whom `accessToken` is about: it must be `subject` (OIDC Core §5.3.2).
    ///
    /// Where the provider refuses the token (RFC 6750 §3.1), one that it has just issued is a fault of its own, and one
    /// that was handed over is none that counts.
    static func fetch(
        from endpoint: UpstreamEndpoint, with accessToken: Secret, _ provenance: TokenProvenance,
        about subject: String, transport: any UpstreamTransport
    ) async throws(ConnectorError) -> Userinfo {
        let response = try await transport.send(
            UpstreamRequest(
                endpoint, authorization: .bearer(accessToken, of: .person), limit: UpstreamRequest.personLimit))
        switch provenance {
        case .issued: break
        case .handedOver where response.status == 401 || response.status == 403: throw .untrusted(.accessTokenRefused)
        case .handedOver: break
        }
        try response.requireSuccess(from: endpoint)
        let values = try response.decode([String: JSONValue].self, from: endpoint)
        guard values["sub"]?.string == subject else { throw .untrusted(.subjectMismatch) }
        return Userinfo(values: values)
    }

    /// These claims put over `older` ones, so that no value is vouched for by a flag that was said of another.
    func merged(over older: [String: JSONValue]) -> [String: JSONValue] {
        var merged = older.merging(values) { _, new in new }
        for (value, flag) in PersonClaims.vouched {
            let newFlag = values[value] == nil ? nil : values[flag]
            let oldFlag = merged[value] == older[value] ? older[flag] : nil
            merged[flag] = newFlag ?? oldFlag
        }
        return merged
    }
}
