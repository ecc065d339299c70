import Connectors
import OAuth
import Storage

/// Hands upstream tokens to a client, encrypted to the key it has registered for them (RFC 7516).
struct UpstreamDelivery: Sendable {
    private let environment: BrokerEnvironment

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    /// `tokens` as `client` is told them; nil if it has registered no key, or there are none.
    func encrypted(_ tokens: UpstreamTokens?, to client: Client) throws -> EncryptedUpstreamTokens? {
        guard let tokens, let key = try key(of: client) else { return nil }
        return EncryptedUpstreamTokens(
            accessToken: try JWE.compact(
                tokens.accessToken, .opaque, to: key, iv: environment.random.bytes(Bits96.self)),
            idToken: try tokens.idToken.map {
                try JWE.compact($0, .nestedJWT, to: key, iv: environment.random.bytes(Bits96.self))
            })
    }

    /// One upstream token as `client` is told it in an answer about nothing else: in clear, if it has registered no key.
    func exchanged(_ token: Secret, _ type: TokenTypeName, to client: Client) throws -> (Secret, TokenResponse.Usage) {
        guard let key = try key(of: client) else {
            return (token, type == .accessToken ? .bearer : .notApplicable)
        }
        let content: JWE.Content = type == .idToken ? .nestedJWT : .opaque
        let iv = environment.random.bytes(Bits96.self)
        return (try JWE.compact(token, content, to: key, iv: iv), .notApplicable)
    }

    /// The key of `client`, opened; nil if it has registered none.
    private func key(of client: Client) throws -> ClientEncryptionKey? {
        guard let encryption = client.upstreamTokenEncryption else { return nil }
        let opened = try environment.keyRing.open(encryption.sealedKey, as: .clientKey)
        guard opened.context == client.id.rawValue,
            let key = ClientEncryptionKey(bytes: opened.plaintext, id: encryption.keyID)
        else { throw SealingFlaw.notAuthentic }
        return key
    }
}

extension BrokerEnvironment {
    /// Where the tokens of `provider` go; one without a file keeps nothing.
    func custody(at provider: ProviderID) -> TokenCustody {
        providers.provider(provider)?.custody ?? .release
    }
}

extension Client {
    /// Whether tokens of this client have upstream tokens in them, or with them.
    var receivesUpstreamTokens: Bool {
        switch tokenProfile {
        case .sealed: true
        case .jwt: upstreamTokenEncryption != nil
        }
    }
}
