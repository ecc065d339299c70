/// The base64url alphabet without padding (RFC 7515 §2).
package enum Base64URL {
    private static let alphabet = Base64Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    /// Encodes `bytes` without padding.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String { encode(Array(bytes)) }

    /// Encodes `bytes` without padding. Not generic, so that it is as fast when called from another target.
    package static func encode(_ bytes: [UInt8]) -> String { alphabet.encode(bytes.span) }

    /// Encodes `bytes` behind what `text` holds already.
    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) { alphabet.append(bytes.span, to: &text) }

    /// Decodes canonical, unpadded base64url; `nil` for any other character, padding, or stray trailing bits.
    ///
    /// Trailing bits are refused so that one byte string has one spelling, and an altered last character never passes.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(String(text)) }

    /// Decodes like the generic one, which is slower when called from another target.
    package static func decode(_ text: String) -> [UInt8]? { alphabet.decode(text.utf8.span) }
}
