import OAuth

/// What can be a person's id at a provider.
enum UpstreamSubject {
    /// Longest id, in bytes (OIDC Core §2 says 255 ASCII characters).
    static let maximumLength = 255

    /// `text`, if it can be one.
    ///
    /// OIDC Core §2 wants ASCII; of the rest, only control characters do harm: they break lines and end strings.
    static func check(_ text: String?) throws(TokenFlaw) -> String {
        guard let text, (1...maximumLength).contains(text.utf8.count) else { throw .subjectMissing }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .malformed
        }
        return text
    }
}

extension JSONValue {
    /// The one text for this value as a person's id; nil for what cannot be one.
    ///
    /// Whole numbers of up to 64 bits are written out in decimal. Larger ones and fractions were rounded when they were
    /// read, so that two people could share one, and are no ids here.
    var subjectText: String? {
        switch self {
        case .string(let text): try? UpstreamSubject.check(text)
        case .integer(let number): String(number)
        case .null, .bool, .number, .array, .object: nil
        }
    }
}
