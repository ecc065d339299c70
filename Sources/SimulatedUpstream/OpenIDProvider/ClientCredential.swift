import FoundationEssentials
import HTTPTypes
import Hummingbird
import OAuth

/// How a client says at the token endpoint who it is (RFC 6749 §2.3.1, OIDC Core §9).
enum ClientCredential {
    case basic(id: String, secret: String)
    case post(id: String, secret: String)
    case none(id: String)

    init(_ request: Request, _ form: FormFields) throws(TokenRefusal) {
        if let header = request.headers[.authorization] {
            guard form["client_secret"] == nil else { throw .invalidRequest }
            guard header.lowercased().hasPrefix("basic "),
                let bytes = Data(base64Encoded: String(header.dropFirst(6))),
                let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":"),
                let id = FormEncoding.decode(text[..<colon].utf8),
                let secret = FormEncoding.decode(text[text.index(after: colon)...].utf8)
            else { throw .invalidClient }
            self = .basic(id: id, secret: secret)
        } else if let id = form["client_id"] {
            self = form["client_secret"].map { .post(id: id, secret: $0) } ?? .none(id: id)
        } else {
            throw .invalidClient
        }
    }

    /// The client, if the credential is right for it.
    func client(of provider: SimulatedProvider) throws(TokenRefusal) -> SimulatedClient {
        switch self {
        case .basic(let id, let secret), .post(let id, let secret):
            guard let client = provider.client(id), client.secret == secret else { throw .invalidClient }
            return client
        case .none(let id):
            guard let client = provider.client(id), client.secret == nil else { throw .invalidClient }
            return client
        }
    }
}
