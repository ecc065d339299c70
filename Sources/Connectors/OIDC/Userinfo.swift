import OAuth

/// The claims of a userinfo endpoint (OIDC Core §5.3).
struct Userinfo: Sendable {
    private let values: [String: JSONValue]

    /// Asks `endpoint` whom `accessToken` is about: it must be `subject` (OIDC Core §5.3.2).
    static func fetch(
        from endpoint: UpstreamEndpoint, with accessToken: Secret, about subject: String,
        transport: any UpstreamTransport
    ) async throws(ConnectorError) -> Userinfo {
        let values = try await transport.json(
            [String: JSONValue].self,
            from: UpstreamRequest(
                endpoint, authorization: .bearer(accessToken, of: .person), limit: UpstreamRequest.personLimit))
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
