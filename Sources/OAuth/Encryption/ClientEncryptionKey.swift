/// A key that a client shares with this server, to be encrypted to (`dir`, RFC 7518 §4.5): 256 bits, for A256GCM.
///
/// Its tokens bear random initialization vectors, so it is good for 2^32 of them (RFC 7518 §8.4).
package struct ClientEncryptionKey: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]
    /// What the client calls it: the header `kid` of what is encrypted with it (RFC 7516 §4.1.6).
    package let id: String?

    /// `nil` unless there are 32 bytes.
    package init?(bytes: [UInt8], id: String?) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
        self.id = id
    }

    /// Reads 32 bytes as a master key is written: base64url, base64 or hexadecimal digits.
    package init?(parsing text: Secret, id: String?) {
        guard let key = try? MasterKey(parsing: text.reveal()) else { return nil }
        self.init(bytes: key.bytes, id: id)
    }
}

extension ClientEncryptionKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<client encryption key>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
