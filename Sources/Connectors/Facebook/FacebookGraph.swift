import Crypto
import FoundationEssentials
import OAuth

/// Facebook's Graph API, as far as it takes to know whose token this is and that it was made for this app.
struct FacebookGraph: PersonSource {
    /// Address and version, `https://graph.facebook.com/v26.0`.
    let base: UpstreamEndpoint
    let appID: String
    let secret: Secret
    let transport: any UpstreamTransport

    private static let fields = "id,name,email,first_name,last_name,picture"

    private struct Inspection: Decodable {
        struct Token: Decodable {
            let app_id: JSONValue?
            let is_valid: Bool?
            let user_id: JSONValue?
            let type: String?
            let expires_at: JSONValue?
        }
        let data: Token
    }

    /// Graph takes the tokens of every app there is, so the app is asked for first; then both answers must agree.
    func person(with accessToken: Secret) async throws(ConnectorError) -> UpstreamPerson {
        let token = try await inspect(accessToken)
        let me = base.appendingPath("/me").adding([
            ("fields", Self.fields), ("appsecret_proof", proof(of: accessToken)),
        ])
        let user = try await transport.json(
            [String: JSONValue].self, from: UpstreamRequest(me, authorization: .bearer(accessToken, of: .person)))
        guard let subject = user["id"]?.subjectText else { throw .untrusted(.subjectMissing) }
        let person = UpstreamPerson(subject: subject, said: claims(from: user), tokenExpiry: token.expiry)
        try person.require(token.owner)
        return person
    }

    /// What `debug_token` says of a token of this app.
    private struct Inspected {
        let owner: String
        let expiry: Date?
    }

    private func inspect(_ accessToken: Secret) async throws(ConnectorError) -> Inspected {
        let endpoint = base.appendingPath("/debug_token").adding([("input_token", accessToken.reveal())])
        let appToken = Secret("\(appID)|\(secret.reveal())")
        let response = try await transport.send(
            UpstreamRequest(endpoint, authorization: .bearer(appToken, of: .broker)))
        try response.requireSuccess(from: endpoint)
        let token = try response.decode(Inspection.self, from: endpoint).data
        guard let app = token.app_id?.subjectText else { throw .untrusted(.malformed) }
        guard app == appID else { throw .untrusted(.audience) }
        guard token.is_valid == true else { throw .untrusted(.expired) }
        // A page or an app can own a token too.
        guard token.type == "USER" else { throw .untrusted(.tokenUse) }
        guard let owner = token.user_id?.subjectText else { throw .untrusted(.subjectMissing) }
        return Inspected(owner: owner, expiry: Self.instant(token.expires_at))
    }

    /// Zero stands for a token that does not end.
    private static func instant(_ value: JSONValue?) -> Date? {
        guard let seconds = value?.seconds, (1...253_402_300_799).contains(seconds) else { return nil }
        return Date(timeIntervalSince1970: seconds)
    }

    /// `appsecret_proof`: without it a token taken from elsewhere would do.
    private func proof(of accessToken: Secret) -> String {
        let key = SymmetricKey(data: Array(secret.reveal().utf8))
        return HMAC<SHA256>.authenticationCode(for: Array(accessToken.reveal().utf8), using: key).hexadecimal
    }

    private func claims(from user: [String: JSONValue]) -> [String: JSONValue] {
        var said = user
        said["given_name"] = user["first_name"]
        said["family_name"] = user["last_name"]
        let picture = user["picture"]?.object?["data"]?.object
        said["picture"] = picture?["is_silhouette"]?.lenientBool == true ? nil : picture?["url"]
        // Facebook does not say whether it has tried the address.
        said["email_verified"] = user["email"] == nil ? nil : false
        return said
    }
}
