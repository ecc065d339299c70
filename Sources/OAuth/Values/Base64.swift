/// Standard, padded base64 (RFC 4648 §4), as HTTP Basic authentication uses it.
package enum Base64 {
    private static let alphabet = Base64Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    /// Decodes `text`; `nil` for any character or padding that does not belong.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let text = String(text)
        let characters = text.utf8.span
        guard characters.count.isMultiple(of: 4) else { return nil }
        let padding = characters.count(ofTrailing: UInt8(ascii: "="))
        guard padding <= 2 else { return nil }
        return alphabet.decode(characters.extracting(droppingLast: padding))
    }
}
