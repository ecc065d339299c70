import OAuth

/// The keys of a simulated provider, and the set of them that it publishes.
///
/// A Cognito pool signs its ID tokens and its access tokens with different keys, so there are two at a time.
package struct ProviderKeys: Sendable {
    private let identity: ProviderKey
    private let access: ProviderKey
    private let replacement: ProviderKey
    /// Published nowhere.
    let stranger: ProviderKey

    /// Makes new keys, which takes a moment.
    package init() throws {
        identity = try ProviderKey()
        access = try ProviderKey()
        replacement = try ProviderKey()
        stranger = try ProviderKey()
    }

    /// The keys that every provider of this process shares unless it is given its own.
    package static func shared() throws -> ProviderKeys { try made.get() }

    /// The name that tokens give their key under ``KeySetFault/oneKeyID``.
    static let sharedKeyID: JSONValue = "one-for-all"

    private static let strangers: [JSONValue] = [
        .null, 7, "key", .array([]), .object([:]), .object(["kty": 1, "kid": 2]), .object(["kty": "oct", "k": "AAAA"]),
        .object(["kty": "AKP", "alg": "ML-DSA-44", "kid": "later", "pub": "AAAA"]),
        .object(["kty": "RSA", "kid": "broken", "n": "not base64url!", "e": "AQAB"]),
        .object(["kty": "EC", "crv": "secp256k1", "kid": "coin", "x": "AAAA", "y": "AAAA"]),
    ]

    private static let made = Result { try ProviderKeys() }

    /// The key that signs tokens of `kind`.
    func signing(_ kind: TokenKind, faults: Set<KeySetFault>) -> ProviderKey {
        if faults.contains(.rotated) { return replacement }
        return switch kind {
        case .identity: identity
        case .access: access
        }
    }

    /// The JWK set as published.
    func published(faults: Set<KeySetFault>) throws -> JSONValue {
        if faults.contains(.empty) { return .object(["keys": .array([])]) }
        let current = faults.contains(.rotated) ? [replacement] : [identity, access]
        var keys = try current.map { try $0.publicJWK() }
        if faults.contains(.withoutKeyIDs) {
            keys = keys.map { $0.filter { $0.key != "kid" } }
        }
        if faults.contains(.oneKeyID) {
            keys = keys.map { $0.merging(["kid": Self.sharedKeyID]) { _, new in new } }
        }
        if faults.contains(.huge), let pattern = keys.first {
            keys += (0..<12_000).map { pattern.merging(["kid": JSONValue.string("filler-\($0)")]) { _, new in new } }
        }
        let strangers = faults.contains(.amongStrangers) ? Self.strangers : []
        return .object(["keys": .array(strangers + keys.map(JSONValue.object) + strangers)])
    }
}

/// The two tokens that are JWTs.
enum TokenKind: Sendable {
    case identity
    case access
}
