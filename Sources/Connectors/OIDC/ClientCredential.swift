import Crypto
import FoundationEssentials
import OAuth
import Synchronization

/// Proves the broker to the endpoints of one provider (RFC 6749 §2.3, RFC 7523 §2.2).
final class ClientCredential: Sendable {
    let client: UpstreamClient
    private let signedSecret = Mutex<(secret: Secret, renewAt: Date)?>(nil)

    /// How long an assertion is good for, in seconds: it is used at once.
    private static let assertionLifetime = 60.0

    /// How long a signed secret is good for, in seconds. Apple allows six months; nothing needs them.
    private static let secretLifetime = 600.0

    init(_ client: UpstreamClient) {
        self.client = client
    }

    /// `form` as a request to `endpoint`, with the proof that the broker sends it.
    func request(
        _ endpoint: UpstreamEndpoint, presenting form: [(name: String, value: String)], at now: Date
    ) throws(ConnectorError) -> UpstreamRequest {
        let name = (name: "client_id", value: client.id)
        switch client.authentication {
        case .none: return UpstreamRequest(endpoint, content: .form(form + [name]))
        case .post(let secret):
            return UpstreamRequest(endpoint, content: .form(form + [name, ("client_secret", secret.reveal())]))
        case .basic(let secret):
            // Both halves are form-encoded first (RFC 6749 §2.3.1).
            let password = Secret(FormEncoding.encode(secret.reveal()))
            return UpstreamRequest(
                endpoint, content: .form(form),
                authorization: .basic(name: FormEncoding.encode(client.id), password: password))
        case .privateKey(let key):
            let assertion = try assertion(for: endpoint, form, signedWith: key, at: now)
            return UpstreamRequest(
                endpoint,
                content: .form(
                    form + [
                        name, ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                        ("client_assertion", assertion.reveal()),
                    ]))
        case .signedSecret(let signer):
            let secret = try secret(of: signer, at: now)
            return UpstreamRequest(endpoint, content: .form(form + [name, ("client_secret", secret.reveal())]))
        }
    }

    /// The claims of RFC 7523 §3. `jti` is taken from what is presented and when, so no two requests share one.
    private func assertion(
        for endpoint: UpstreamEndpoint, _ form: [(name: String, value: String)], signedWith key: ClientKey, at now: Date
    ) throws(ConnectorError) -> Secret {
        let occasion = "\(FormEncoding.encode(form)) \(now.timeIntervalSinceReferenceDate.bitPattern)"
        return try sign(
            [
                "iss": .string(client.id), "sub": .string(client.id), "aud": .string(endpoint.url),
                "jti": .string(Base64URL.encode(SHA256.hash(data: Array(occasion.utf8)))),
            ], with: key, for: Self.assertionLifetime, at: now)
    }

    private func secret(of signer: SignedClientSecret, at now: Date) throws(ConnectorError) -> Secret {
        if let kept = signedSecret.withLock({ $0 }), now < kept.renewAt,
            kept.renewAt.timeIntervalSince(now) <= Self.secretLifetime
        {
            return kept.secret
        }
        let secret = try sign(
            ["iss": .string(signer.issuer), "sub": .string(client.id), "aud": .string(signer.audience)],
            with: signer.key, for: Self.secretLifetime, at: now)
        signedSecret.withLock { $0 = (secret, now.addingTimeInterval(Self.secretLifetime / 2)) }
        return secret
    }

    private func sign(
        _ claims: [String: JSONValue], with key: ClientKey, for lifetime: Double, at now: Date
    ) throws(ConnectorError) -> Secret {
        let issuedAt = Int64(now.timeIntervalSince1970)
        var claims = claims
        claims["iat"] = .integer(issuedAt)
        claims["exp"] = .integer(issuedAt + Int64(lifetime))
        do {
            return try key.sign(claims)
        } catch {
            throw .misbehaved(cause: "the client's key cannot sign")
        }
    }
}
