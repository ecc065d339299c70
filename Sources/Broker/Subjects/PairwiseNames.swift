import Crypto
package import OAuth
package import Storage

/// Makes the names by which only one sector's clients know people (OIDC Core §8.1).
///
/// A name is HMAC-SHA256 of sector and account under a secret of this installation: the same every time, and worth
/// nothing for finding the account, or its name in another sector, without the secret.
package struct PairwiseNames: Sendable {
    private let keyed: HMAC<SHA256>

    /// Names made with `secret`: with another one, nobody would be recognised again.
    package init(_ secret: RandomBytes<Bits256>) {
        self.init(bytes: secret.bytes)
    }

    private init(bytes: [UInt8]) {
        keyed = HMAC(key: SymmetricKey(data: bytes))
    }

    /// The name of `account` in `sector`: 43 characters of base64url.
    package func name(of account: AccountID, in sector: Sector) -> String {
        var hmac = keyed
        // A host holds no line break, so no two pairs give the same bytes.
        hmac.update(data: Array("\(sector.host)\n\(account.rawValue)".utf8))
        return Base64URL.encode(hmac.finalize().byteArray)
    }
}

extension PairwiseNames {
    private static let context = "pairwise"

    /// The names of this installation, whose secret is made on first use.
    ///
    /// The secret outlives every master key: one that an older key sealed is sealed again here with the newest. Throws
    /// ``SealingFlaw`` if no key of `keyRing` opens it.
    package static func prepared(
        in store: any LastingSecretStore, keyRing: KeyRing, random: any RandomSource
    ) async throws -> PairwiseNames {
        let kept: String
        if let present = try await store.lastingSecret(.pairwise) {
            kept = present
        } else {
            let fresh = try keyRing.seal(
                random.bytes(Bits256.self).bytes, as: .pairwiseSecret, for: context, salt: random.salt())
            kept = try await store.keepLastingSecret(fresh.text, as: .pairwise)
        }
        let opened = try keyRing.open(kept, as: .pairwiseSecret)
        guard opened.context == context, opened.plaintext.count == Bits256.byteCount else {
            throw SealingFlaw.malformed
        }
        if !keyRing.isCurrent(kept) {
            let sealed = try keyRing.seal(
                opened.plaintext, as: .pairwiseSecret, for: context, salt: random.salt())
            // Where another process was faster, what it sealed opens just as well.
            _ = try await store.replaceLastingSecret(kept, with: sealed.text, as: .pairwise)
        }
        return PairwiseNames(bytes: opened.plaintext)
    }
}
