extension KeyRing {
    /// The content of the envelope `text` in a new one of the same purpose and context, under the key that seals now; nil
    /// where `text` is under that key already.
    package func reseal(
        _ text: String, as purpose: SealingPurpose, salt: RandomBytes<Bits128>
    ) throws -> SealedEnvelope? {
        guard SealedEnvelope.keyID(of: text) != keyIDs.first else { return nil }
        let opened = try open(text, as: purpose)
        return try seal(opened.plaintext, as: purpose, for: opened.context, salt: salt)
    }
}

extension SealedEnvelope {
    /// How many characters of an envelope's text tell which key it is under: version and key id are 40 bits.
    package static let keyPrefixLength = 7

    /// The id of the key that the envelope `text`, or what it begins with, is under; nil if it is no envelope.
    package static func keyID(of text: some StringProtocol) -> String? {
        guard text.utf8.count >= keyPrefixLength,
            // One more character makes whole bytes; it is part of the salt.
            let bytes = Base64URL.decode(text.prefix(keyPrefixLength) + "A"), bytes[0] == EnvelopeHeader.version
        else { return nil }
        return DerivedKeys.name(of: bytes[1..<5].reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// What every envelope under the key `id` begins with: one of four texts of ``keyPrefixLength`` characters.
    package static func prefixes(ofKey id: String) -> [String] {
        guard let id = UInt32(id, radix: 16) else { return [] }
        let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: id >> $0) }
        return (0..<4).map { saltBits in
            String(Base64URL.encode([EnvelopeHeader.version] + bytes + [UInt8(saltBits) << 6]).prefix(keyPrefixLength))
        }
    }
}
