/// The keys that an object in a provider file may hold, and what kind of thing stands under each.
struct ProviderKeys: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    indirect enum Content: Sendable, Hashable {
        /// A word, number or switch that decides how the rest is read: it stands in the file itself.
        case word
        /// Text, in which `${NAME}` takes a value from the environment.
        case text
        /// Text that may come from a file as well.
        case value
        /// A value that nobody else should see.
        case secret
        /// An object with keys of its own.
        case object(ProviderKeys)
        /// An object whose keys are names of the operator's choice, with such things under them.
        case names(Content)
    }

    private var contents: [String: Content]

    init(dictionaryLiteral elements: (String, Content)...) {
        contents = Dictionary(elements) { _, last in last }
    }

    /// The keys, sorted.
    var names: [String] { contents.keys.sorted() }

    subscript(name: String) -> Content? { contents[name] }

    /// These keys and `others`.
    func adding(_ others: ProviderKeys) -> ProviderKeys {
        var sum = self
        sum.contents.merge(others.contents) { _, new in new }
        return sum
    }

    /// These keys without those called `names`.
    func removing(_ names: String...) -> ProviderKeys {
        var rest = self
        for name in names { rest.contents[name] = nil }
        return rest
    }

    /// What somebody who wrote `name` may have meant: a key spelt nearly so, or one that belongs into an object here.
    func suggestion(for name: String) -> String? {
        let near = names.map { (name: $0, distance: Spelling.distance(name.lowercased(), $0)) }
            .filter { $0.distance <= max(2, $0.name.count / 4) && $0.distance < $0.name.count }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        if let near { return near.name }
        return names.first { key in
            if case .object(let inner) = contents[key] { return inner[name] != nil }
            return false
        }.map { "\($0).\(name)" }
    }
}

extension ProviderKind {
    /// The keys of a file of this kind. This table and `providers/schema.json` say the same, which a test holds.
    var keys: ProviderKeys {
        switch self {
        case .local: .common
        case .cognito: .common.adding(.client).adding(.openID).adding(.people).adding(.pool)
        case .oidc:
            .common.adding(.client).adding(.clientKey).adding(.openID).adding(.people).adding(.proofs)
        case .oauth2: .common.adding(.client).adding(.clientKey).adding(.people).adding(.oauth2).adding(.revoking)
        case .gitHub:
            .common.adding(.client).removing("token_endpoint_auth_method").adding(.people).adding(.gitHub)
                .adding(.revoking)
        case .facebook:
            .common.adding(.client).removing("token_endpoint_auth_method").adding(.people)
                .removing("allow", "link_by_verified_email").adding(.facebook)
        case .google: .common.adding(.client).adding(.openID).adding(.people)
        case .microsoft:
            .common.adding(.client).adding(.clientKey).adding(.openID).adding(.people).adding(.microsoft)
        case .apple:
            .common.adding(.client).removing("client_secret", "token_endpoint_auth_method").adding(.openID)
                .adding(.people).adding(.addressesAlone).adding(.clientKey).adding(.apple)
        case .linkedIn:
            .common.adding(.client).removing("token_endpoint_auth_method").adding(.openID).adding(.people)
                .adding(.addressesAlone).adding(["pkce": .word])
        case .gitLab: .common.adding(.client).adding(.openID).adding(.people).adding(.addressesAlone)
        case .header: .common.adding(.header).adding(.people)
        }
    }
}

extension ProviderKeys {
    /// What every file may say.
    static let common: ProviderKeys = [
        "$schema": .word, "id": .word, "type": .word, "name": .text, "enabled": .word, "login": .word,
        "acr": .text,
    ]

    /// Who the broker is to the provider.
    static let client: ProviderKeys = [
        "client_id": .value, "client_secret": .secret, "token_endpoint_auth_method": .word, "scopes": .text,
        "upstream_tokens": .word, "ca_certificate": .value,
    ]

    /// The key with which the broker proves itself there.
    static let clientKey: ProviderKeys = ["client_key": .secret, "client_key_id": .value]

    /// What binds a code to the browser that asked for it.
    static let proofs: ProviderKeys = ["pkce": .word, "nonce": .word]

    /// What only Microsoft's file says.
    static let microsoft: ProviderKeys = [
        "tenant": .text, "groups": .word, "allow": .object(["email_domains": .text, "tenants": .text]),
    ]

    /// What only Apple's file says.
    static let apple: ProviderKeys = ["team_id": .value]

    /// Where nothing but addresses can tell whom to let in.
    static let addressesAlone: ProviderKeys = ["allow": .object(["email_domains": .text])]

    /// Where an OpenID provider is, what it signs with, and what ends there when something ends here.
    static let openID: ProviderKeys = [
        "issuer": .value, "signing_algorithms": .word, "logout": .word, "revocation": .word,
        "acr_values": .names(.text),
        "endpoints": .object([
            "authorization": .value, "token": .value, "userinfo": .value, "jwks": .value, "revocation": .value,
            "end_session": .value, "api": .value,
        ]),
    ]

    /// Where one claim comes from.
    static let claimRule: ProviderKeys = [
        "value": .text, "from": .text, "default": .text, "map": .names(.text), "unmatched": .word,
    ]

    /// Whether its tokens are revoked when their grant ends.
    static let revoking: ProviderKeys = ["revocation": .word]

    /// What only a user pool has.
    static let pool: ProviderKeys = ["domain": .value, "refresh_operation": .word]

    /// Whom of its people to let in, and as whom.
    static let people: ProviderKeys = [
        "allow": .object(["hosted_domains": .text, "email_domains": .text]), "claims": .names(.object(.claimRule)),
        "link_by_verified_email": .word,
    ]
}
