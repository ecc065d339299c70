import OAuth

/// How the broker proves itself to a kind of provider whose file does not say.
enum ClientDefaults: Sendable {
    /// `client_secret_basic`.
    case secretInHeader
    /// `client_secret_post`.
    case secretInBody
    /// A secret if the file has one, else nothing: app clients of a pool that browsers use have none.
    case perhapsNoSecret
}

extension UpstreamClient {
    /// The values of `token_endpoint_auth_method` (RFC 7591 §2).
    private enum Method: String, CaseIterable {
        case none
        case basic = "client_secret_basic"
        case post = "client_secret_post"
        case privateKey = "private_key_jwt"
    }

    /// Reads `client_id`, `client_secret`, `token_endpoint_auth_method`, `client_key` and `client_key_id`.
    init(_ object: ProviderFileObject, _ defaults: ClientDefaults) throws(ProviderFileProblem) {
        let id = try object.requiredText("client_id")
        let secret = try object.text("client_secret").map(Secret.init)
        let key = try ClientKey.read(object)
        let method = try Self.method(object, defaults, secret: secret, key: key)
        if secret != nil, method == .none || method == .privateKey {
            throw object.problem(
                .badValue(expected: "left out where the method is \(method.rawValue)"), at: "client_secret")
        }
        if key != nil, method != .privateKey {
            throw object.problem(
                .badValue(expected: "left out where the method is not private_key_jwt"), at: "client_key")
        }
        switch (method, secret, key) {
        case (.none, _, _): self.init(id: id, authentication: .none)
        case (.basic, let secret?, _): self.init(id: id, authentication: .basic(secret))
        case (.post, let secret?, _): self.init(id: id, authentication: .post(secret))
        case (.privateKey, _, let key?): self.init(id: id, authentication: .privateKey(key))
        case (.basic, nil, _), (.post, nil, _): throw object.problem(.missingKey, at: "client_secret")
        case (.privateKey, _, nil): throw object.problem(.missingKey, at: "client_key")
        }
    }

    private static func method(
        _ object: ProviderFileObject, _ defaults: ClientDefaults, secret: Secret?, key: ClientKey?
    ) throws(ProviderFileProblem) -> Method {
        if let method = try object.word("token_endpoint_auth_method", Method.self) {
            if method == .privateKey, try object.word("type", ProviderKind.self)?.keys["client_key"] == nil {
                let expected = "none or client_secret_basic or client_secret_post"
                throw object.problem(.badValue(expected: expected), at: "token_endpoint_auth_method")
            }
            return method
        }
        if key != nil { return .privateKey }
        return switch defaults {
        case .secretInHeader: .basic
        case .secretInBody: .post
        case .perhapsNoSecret: secret == nil ? .none : .basic
        }
    }
}

extension ClientKey {
    /// Reads `client_key`, a PEM or JWK as text or a JWK as an object, and its name `client_key_id`.
    static func read(_ object: ProviderFileObject) throws(ProviderFileProblem) -> ClientKey? {
        let id = try object.text("client_key_id")
        let members = try members(object)
        let text = members == nil ? try object.text("client_key") : nil
        do throws(Flaw) {
            if let members { return try ClientKey(jwk: members, id: id) }
            return try text.map { text throws(Flaw) in try ClientKey(text: Secret(text), id: id) }
        } catch {
            let expected =
                switch error {
                case .unreadable: "a private key, as PEM or JWK"
                case .unsuitable: "a P-256 key, or an RSA key of at least 2048 bits"
                }
            throw object.problem(.badValue(expected: expected), at: "client_key")
        }
    }

    private static func members(_ object: ProviderFileObject) throws(ProviderFileProblem) -> [String: String]? {
        guard object.isObject("client_key"), let key = try object.object("client_key") else { return nil }
        var members: [String: String] = [:]
        // Others say nothing that matters here, and need not be text (RFC 7517 §4).
        for name in ["kty", "crv", "alg", "kid", "d", "n", "e", "p", "q", "x5t", "x5t#S256"] {
            members[name] = try key.text(name)
        }
        return members
    }

    /// A file may hold either form.
    private init(text: Secret, id: String?) throws(Flaw) {
        guard text.reveal().first(where: { !$0.isWhitespace }) == "{" else {
            try self.init(pem: text, id: id)
            return
        }
        guard let members = try? UntrustedJSON.decode([String: JSONValue].self, from: Array(text.reveal().utf8)) else {
            throw .unreadable
        }
        try self.init(jwk: members.compactMapValues(\.string), id: id)
    }
}
