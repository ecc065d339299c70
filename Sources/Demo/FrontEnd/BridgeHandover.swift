import FoundationEssentials
import SimulatedUpstream

/// Handing the pool's tokens to the broker: `/oauth2/info`, `/oauth2/store`, `/oauth2/continue`.
package struct BridgeHandover: Sendable {
    let issuer: String
    let clientID: String
    let clientSecret: String
    let http: OutboundHTTP

    /// Who posts the tokens to `/oauth2/store`.
    package enum Way: Sendable, Hashable {
        /// The person's browser, which also has the broker's binding cookie; the back end where scripts are off.
        case browser
        /// The front end's own back end, with a client credential of its own.
        case backEnd
    }

    /// The body of `POST /oauth2/store`.
    struct Staging: Encodable {
        let payload: String
        let accessToken: String
        let idToken: String
        let refreshToken: String

        init(payload: String, tokens: PoolTokens) {
            self.payload = payload
            accessToken = tokens.accessToken
            idToken = tokens.idToken
            refreshToken = tokens.refreshToken
        }

        enum CodingKeys: String, CodingKey {
            case payload
            case accessToken = "access_token"
            case idToken = "id_token"
            case refreshToken = "refresh_token"
        }
    }

    /// What the broker tells about the client that asked for the login.
    struct ClientInfo: Decodable, Sendable {
        let clientName: String
        let scopes: [String]?

        enum CodingKeys: String, CodingKey {
            case clientName = "client_name"
            case scopes
        }
    }

    /// Why the broker did not take the tokens.
    enum Refusal: Error {
        case refused
        case unavailable
    }

    var storeAddress: String { issuer + "/oauth2/store" }
    var continueAddress: String { issuer + "/oauth2/continue" }

    /// Where the browser goes on.
    func continueAddress(payload: String) -> String {
        FormFields.append([("payload", payload)], to: continueAddress)
    }

    /// The client behind `payload`; `nil` where the broker knows no such request.
    func info(payload: String) async -> ClientInfo? {
        let address = FormFields.append([("payload", payload)], to: issuer + "/oauth2/info")
        guard let answer = try? await http.get(address), answer.status == 200 else { return nil }
        return try? answer.decoded(as: ClientInfo.self)
    }

    /// Stages `tokens` from here and returns the fresh payload, which alone may continue.
    func store(_ tokens: PoolTokens, payload: String) async throws(Refusal) -> String {
        let answer: OutboundHTTP.Answer
        do {
            answer = try await http.post(
                json: Staging(payload: payload, tokens: tokens), to: storeAddress,
                headers: [("Content-Type", "application/json")],
                credential: .basic(id: clientID, secret: clientSecret))
        } catch {
            throw .unavailable
        }
        guard answer.status == 200, let fresh = try? answer.decoded(as: Fresh.self) else { throw .refused }
        return fresh.payload
    }

    private struct Fresh: Decodable {
        let payload: String
    }
}
