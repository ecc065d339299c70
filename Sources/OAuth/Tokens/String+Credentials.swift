extension String {
    /// What stands behind `scheme`, given in lower-case letters, in this `Authorization` header (RFC 9110 §11.4);
    /// nil if that is nothing, or the scheme another one.
    func credentials(of scheme: String) -> String? {
        let header = utf8.span
        var position = header.count(ofLeading: UInt8(ascii: " "))
        for letter in scheme.utf8 {
            guard position < header.count, header[position] | 0x20 == letter else { return nil }
            position += 1
        }
        let rest = header.extracting(position...)
        let spaces = rest.count(ofLeading: UInt8(ascii: " "))
        return 0 < spaces && spaces < rest.count ? rest.extracting(spaces...).text : nil
    }
}
