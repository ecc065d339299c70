/// What a client presents of itself at an endpoint (RFC 6749 §2.3), not yet verified.
package enum ClientCredentials: Sendable, Hashable {
    /// `client_secret_basic`.
    case basic(ClientID, Secret)
    /// `client_secret_post`.
    case post(ClientID, Secret)
    /// `private_key_jwt`: what it signed, and whom that names.
    case assertion(ClientID, Secret)
    /// `none`: only its name.
    case none(ClientID)

    package var clientID: ClientID {
        switch self {
        case .basic(let id, _), .post(let id, _), .assertion(let id, _), .none(let id): id
        }
    }

    /// RFC 7523 §2.2.
    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Reads the `Authorization` header and the form parameters of one request.
    ///
    /// More than one method at once is refused (RFC 6749 §2.3).
    package init(authorization: String?, parameters: FormParameters) throws(OAuthError) {
        let named: String?
        let secret: String?
        do throws(FormParameters.Unusable) {
            named = try parameters.value("client_id", limit: 128)
            secret = try parameters.value("client_secret", limit: 512)
        } catch {
            throw OAuthError(.invalidRequest, "A client parameter is repeated or too long.")
        }
        let namedID = named.flatMap(ClientID.init(validating:))
        if let assertion = try Self.assertion(in: parameters) {
            guard authorization == nil, secret == nil else {
                throw OAuthError(.invalidRequest, "Use one way of client authentication, not two.")
            }
            guard let id = Self.subject(of: assertion) else {
                throw OAuthError(.invalidClient, "Client authentication failed.")
            }
            guard named == nil || namedID == id else {
                throw OAuthError(.invalidRequest, "client_id and client_assertion name different clients.")
            }
            self = .assertion(id, assertion)
            return
        }
        if let authorization {
            guard secret == nil else {
                throw OAuthError(.invalidRequest, "Use one way of client authentication, not two.")
            }
            let (id, secret) = try Self.basic(authorization)
            guard named == nil || namedID == id else {
                throw OAuthError(.invalidRequest, "client_id and the Authorization header name different clients.")
            }
            self = .basic(id, secret)
            return
        }
        guard named != nil else { throw OAuthError(.invalidClient, "The request names no client.") }
        guard let namedID else { throw OAuthError(.invalidClient, "Client authentication failed.") }
        self = secret.map { .post(namedID, Secret($0)) } ?? .none(namedID)
    }

    private static func assertion(in parameters: FormParameters) throws(OAuthError) -> Secret? {
        let type: String?
        let assertion: String?
        do throws(FormParameters.Unusable) {
            type = try parameters.value("client_assertion_type")
            assertion = try parameters.value("client_assertion", limit: 16_384)
        } catch {
            throw OAuthError(.invalidRequest, "A client parameter is repeated or too long.")
        }
        guard type != nil || assertion != nil else { return nil }
        guard type == assertionType, let assertion else {
            throw OAuthError(.invalidRequest, "client_assertion and its type go together, and the type is jwt-bearer.")
        }
        return Secret(assertion)
    }

    /// Whom an assertion names. Nothing about it is believed yet: this only says whose keys it is held against.
    private static func subject(of assertion: Secret) -> ClientID? {
        let parts = assertion.reveal().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decode(parts[1]),
            let claims = try? UntrustedJSON.decode([String: JSONValue].self, from: payload, values: 1000)
        else { return nil }
        return claims["sub"]?.string.flatMap(ClientID.init(validating:))
    }

    /// Id and secret are form-encoded before they are joined and encoded once more (RFC 6749 §2.3.1).
    private static func basic(_ header: String) throws(OAuthError) -> (ClientID, Secret) {
        let failed = OAuthError(.invalidClient, "Client authentication failed.")
        guard header.utf8.count <= 2048, let joined = header.credentials(of: "basic").flatMap(Base64.decode),
            let colon = joined.firstIndex(of: UInt8(ascii: ":")),
            let name = FormEncoding.decode(joined.span.extracting(..<colon)),
            let secret = FormEncoding.decode(joined.span.extracting((colon + 1)...)),
            let id = ClientID(validating: name), !secret.isEmpty
        else { throw failed }
        return (id, Secret(secret))
    }
}
