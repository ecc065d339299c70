import Crypto
import FoundationEssentials

extension KeyRing {
    /// Seals `plaintext` for one purpose. `context`, for example the client id, lies in the envelope in clear but cannot
    /// be changed; `salt` must be fresh for every envelope.
    ///
    /// - Throws: ``SealingFlaw/tooLarge``.
    package func seal(
        _ plaintext: [UInt8], as purpose: SealingPurpose, for context: String, salt: RandomBytes<Bits128>
    ) throws -> SealedEnvelope {
        try sealBytes(plaintext, as: purpose, for: context, salt: salt)
    }

    /// Seals `value` as JSON; otherwise like ``seal(_:as:for:salt:)``.
    ///
    /// - Throws: ``SealingFlaw/tooLarge``, or what `value` throws when encoded.
    package func sealJSON(
        _ value: some Encodable, as purpose: SealingPurpose, for context: String, salt: RandomBytes<Bits128>
    ) throws -> SealedEnvelope {
        try sealBytes(KeyRing.encoder.encode(value), as: purpose, for: context, salt: salt)
    }

    /// Seals `value` as a JSON object; otherwise like ``seal(_:as:for:salt:)``.
    ///
    /// - Throws: ``SealingFlaw/tooLarge``.
    package func seal(
        _ value: some JSONWritable, as purpose: SealingPurpose, for context: String, salt: RandomBytes<Bits128>
    ) throws -> SealedEnvelope {
        try sealBytes(value.json, as: purpose, for: context, salt: salt)
    }

    /// Opens an envelope that was sealed for `purpose` with any key of this ring.
    package func open(_ text: String, as purpose: SealingPurpose) throws(SealingFlaw) -> OpenedEnvelope {
        let (context, plaintext) = try openBytes(text, as: purpose)
        return OpenedEnvelope(context: context, plaintext: plaintext.byteArray)
    }

    /// Opens an envelope made by ``sealJSON(_:as:for:salt:)``; ``SealingFlaw/malformed`` if it holds something else.
    package func openJSON<Value: Decodable & Sendable>(
        _ text: String, as purpose: SealingPurpose, into type: Value.Type = Value.self
    ) throws(SealingFlaw) -> OpenedValue<Value> {
        let (context, plaintext) = try openBytes(text, as: purpose)
        do {
            return OpenedValue(context: context, value: try KeyRing.decoder.decode(type, from: plaintext))
        } catch {
            throw .malformed
        }
    }

    /// Opens an envelope whose plaintext is an object of the kind; ``SealingFlaw/malformed`` if it holds something else.
    package func open<Value: JSONReadable>(
        _ text: String, as purpose: SealingPurpose, reading type: Value.Type = Value.self
    ) throws(SealingFlaw) -> OpenedValue<Value> {
        let (context, plaintext) = try openBytes(text, as: purpose)
        do {
            return OpenedValue(context: context, value: try Value(json: plaintext.byteArray))
        } catch {
            throw .malformed
        }
    }

    private func sealBytes(
        _ plaintext: some DataProtocol, as purpose: SealingPurpose, for context: String, salt: RandomBytes<Bits128>
    ) throws -> SealedEnvelope {
        let active = active
        var envelope = try EnvelopeHeader.bytes(
            keyID: active.id, salt: salt, context: context, ciphertextCount: plaintext.count)
        guard let key = active.envelopeKey(for: purpose, salt: salt.bytes) else { throw SealingFlaw.unknownKey }
        let associatedData = EnvelopeHeader.associatedData(header: envelope[...], purpose: purpose)
        let box = try AES.GCM.seal(
            plaintext, using: key.key, nonce: AES.GCM.Nonce(data: key.nonce), authenticating: associatedData)
        // All but the nonce, for which the salt stands. It is there, because ours has the length that is usual.
        guard let sealed = box.combined else { throw SealingFlaw.malformed }
        envelope.append(bytes: sealed, skipping: key.nonce.count)
        return SealedEnvelope(text: Base64URL.encode(envelope))
    }

    private func openBytes(
        _ text: String, as purpose: SealingPurpose
    ) throws(SealingFlaw) -> (context: String, plaintext: Data) {
        guard text.utf8.count <= SealedEnvelope.maximumTextLength else { throw .tooLarge }
        guard let envelope = Base64URL.decode(text) else { throw .malformed }
        let header = try EnvelopeHeader(parsing: envelope)
        guard let key = keys(withID: header.keyID)?.envelopeKey(for: purpose, salt: header.salt) else {
            throw .unknownKey
        }
        let associatedData = EnvelopeHeader.associatedData(
            header: envelope[..<header.byteCount], purpose: purpose)
        do {
            // As one piece it is copied once.
            let box = try AES.GCM.SealedBox(combined: key.nonce + envelope[header.byteCount...])
            let plaintext = try AES.GCM.open(box, using: key.key, authenticating: associatedData)
            return (header.context, plaintext)
        } catch {
            throw .notAuthentic
        }
    }

    private static let encoder = JSONEncoder()
    private static let decoder = JSONDecoder()
}
