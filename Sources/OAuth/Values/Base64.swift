/// Standard, padded base64 (RFC 4648 §4), as HTTP Basic authentication uses it.
package enum Base64 {
    /// Decodes `text`; `nil` for any character or padding that does not belong.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count.isMultiple(of: 4) else { return nil }
        let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var urlForm: [UInt8] = []
        urlForm.reserveCapacity(text.utf8.count)
        for byte in text.utf8.dropLast(padding) {
            switch byte {
            case UInt8(ascii: "+"): urlForm.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): urlForm.append(UInt8(ascii: "_"))
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: urlForm.append(byte)
            }
        }
        return Base64URL.decode(String(decoding: urlForm, as: UTF8.self))
    }
}
