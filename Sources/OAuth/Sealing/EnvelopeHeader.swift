/// The part of an envelope that lies in clear: version ‖ key id (4) ‖ salt (16) ‖ context length (2) ‖ context.
///
/// Ciphertext and tag (16) follow. All of it is authenticated, together with the purpose, which is not written down.
struct EnvelopeHeader {
    static let version: UInt8 = 1
    static let fixedByteCount = 1 + 4 + Bits128.byteCount + 2
    static let tagByteCount = 16

    let keyID: UInt32
    let salt: ArraySlice<UInt8>
    let context: String
    /// Where the ciphertext begins.
    let byteCount: Int

    /// Reads the header of `envelope` without believing any of it.
    init(parsing envelope: [UInt8]) throws(SealingFlaw) {
        guard let version = envelope.first else { throw .malformed }
        guard version == EnvelopeHeader.version else { throw .unknownVersion }
        guard envelope.count >= EnvelopeHeader.fixedByteCount + EnvelopeHeader.tagByteCount else { throw .malformed }
        let contextLength = Int(envelope[21]) << 8 | Int(envelope[22])
        byteCount = EnvelopeHeader.fixedByteCount + contextLength
        guard envelope.count >= byteCount + EnvelopeHeader.tagByteCount,
            let context = String(validating: envelope[EnvelopeHeader.fixedByteCount..<byteCount], as: UTF8.self)
        else { throw .malformed }
        keyID = envelope[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
        salt = envelope[5..<21]
        self.context = context
    }

    /// Writes a header, with room behind it for `ciphertextCount` bytes and the tag.
    static func bytes(
        keyID: UInt32, salt: RandomBytes<Bits128>, context: String, ciphertextCount: Int
    ) throws(SealingFlaw) -> [UInt8] {
        let context = context.utf8
        let count = fixedByteCount + context.count + ciphertextCount + tagByteCount
        guard context.count <= UInt16.max, count <= SealedEnvelope.maximumByteCount else { throw .tooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        bytes.append(version)
        for shift in [UInt32(24), 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: keyID >> shift))
        }
        bytes.append(contentsOf: salt.bytes)
        bytes.append(UInt8(context.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: context.count))
        bytes.append(contentsOf: context)
        return bytes
    }

    /// What GCM authenticates beside the ciphertext: the whole header, then the purpose.
    ///
    /// The header says how long it is, so no two pairs of header and purpose give the same bytes.
    static func associatedData(header: ArraySlice<UInt8>, purpose: SealingPurpose) -> [UInt8] {
        let purpose = purpose.rawValue.utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(header.count + purpose.count)
        bytes.append(contentsOf: header)
        bytes.append(contentsOf: purpose)
        return bytes
    }
}
