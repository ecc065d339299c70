/// How upstream tokens are delivered to a client that registered a key for them (`upstream_token_encryption`).
package struct UpstreamTokenEncryption: Hashable, Sendable {
    /// What the client calls its key.
    package let keyID: String?
    /// The key as it rests: sealed, because it is used again and again.
    package let sealedKey: String

    package init(keyID: String?, sealedKey: String) {
        self.keyID = keyID
        self.sealedKey = sealedKey
    }
}

/// `upstream_token_encryption` as it is registered, not yet checked: `alg`, `enc`, and the members `kid` and `k` of the
/// key (RFC 7517 §4.5, RFC 7518 §6.4.1).
package struct UpstreamTokenRegistration: Sendable {
    package var algorithm: String?
    package var encryption: String?
    package var keyID: String?
    package var key: Secret?

    package init(algorithm: String? = "dir", encryption: String? = "A256GCM", keyID: String?, key: Secret?) {
        self.algorithm = algorithm
        self.encryption = encryption
        self.keyID = keyID
        self.key = key
    }

    /// The member of client metadata that this is.
    static let member = "upstream_token_encryption"

    /// The key, everything about it checked.
    package func checked() throws(ClientMetadata.Flaw) -> ClientEncryptionKey {
        guard algorithm == "dir" else { throw ClientMetadata.Flaw(Self.member, "alg must be dir") }
        guard encryption == "A256GCM" else { throw ClientMetadata.Flaw(Self.member, "enc must be A256GCM") }
        guard let key else {
            throw ClientMetadata.Flaw(
                Self.member, "k, the key, is missing: it is shown to nobody, so it has to be added")
        }
        if let keyID, !(1...128).contains(keyID.utf8.count) || !keyID.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            throw ClientMetadata.Flaw(Self.member, "kid must be 1 to 128 printable ASCII characters")
        }
        guard let checked = ClientEncryptionKey(parsing: key, id: keyID) else {
            throw ClientMetadata.Flaw(Self.member, "k must be 32 bytes in base64url")
        }
        return checked
    }
}

extension UpstreamTokenRegistration: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: ClaimName.self)
        for key in container.allKeys where !["alg", "enc", "kid", "k"].contains(key.stringValue) {
            throw ClientMetadata.Flaw(Self.member, "it has members besides alg, enc, kid and k")
        }
        self.init(
            algorithm: try container.decodeIfPresent(String.self, forKey: "alg"),
            encryption: try container.decodeIfPresent(String.self, forKey: "enc"),
            keyID: try container.decodeIfPresent(String.self, forKey: "kid"),
            key: try container.decodeIfPresent(Secret.self, forKey: "k"))
    }
}
