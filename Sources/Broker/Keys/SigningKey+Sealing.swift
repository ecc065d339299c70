package import FoundationEssentials
package import OAuth
package import Storage

extension SigningKey {
    /// The key as the database keeps it: sealed under its own id.
    package func stored(
        in state: StoredSigningKey.State, createdAt: Date, signsFrom: Date, sealedBy ring: KeyRing,
        salt: RandomBytes<Bits128>
    ) throws -> StoredSigningKey {
        let sealed = try ring.seal(try privateBytes(), as: .signingKey, for: id.rawValue, salt: salt)
        return StoredSigningKey(
            id: id, algorithm: algorithm, state: state, sealedPrivateKey: sealed.text, createdAt: createdAt,
            signsFrom: signsFrom)
    }

    /// Opens a key of the database.
    ///
    /// - Throws: ``SealingFlaw`` if no master key opens it, or ``SigningKey/Flaw``.
    package init(_ stored: StoredSigningKey, openedBy ring: KeyRing) throws {
        let opened = try ring.open(stored.sealedPrivateKey, as: .signingKey)
        guard opened.context == stored.id.rawValue else { throw Flaw.otherKey }
        try self.init(privateBytes: opened.plaintext, algorithm: stored.algorithm, id: stored.id)
    }
}
