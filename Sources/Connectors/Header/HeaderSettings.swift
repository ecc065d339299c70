import OAuth

/// Which fields of a request's header name the person (`type` `header` in the provider file).
package struct HeaderSettings: Sendable, Hashable {
    /// The field that holds the person's name at the proxy, which never changes and is never another's.
    let subject: HeaderFieldName
    /// Claims by name, and the field of each.
    let claims: [String: HeaderFieldName]
    /// What stands between two groups.
    let groupsSeparator: String
    /// What the proxy proves itself with, beyond its address.
    let proof: ProxyProof?
    let mapping: ClaimMapping

    /// A field that holds a secret of the proxy's and the broker's.
    struct ProxyProof: Sendable, Hashable {
        let field: HeaderFieldName
        let secret: Secret
    }
}

/// The name of a header field (RFC 9110 §5.1), in lower case, of letters, digits and hyphens.
///
/// Underscores are left to attackers: some servers take `X_Remote_User` for `X-Remote-User`, so that a proxy which strips
/// one lets the other through (CVE-2025-64484).
package struct HeaderFieldName: Sendable, Hashable {
    let text: String

    /// `nil` for a name with any other character, and for an empty or an overlong one.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
        }
        guard isPlain, (1...64).contains(text.utf8.count), !text.hasPrefix("-") else { return nil }
        self.text = text.lowercased()
    }

    /// How a name in a request relates to this one.
    enum Likeness {
        case same
        /// Not the same, but some servers take one for the other.
        case lookAlike
        case other
    }

    /// Compares with a name as it was received.
    func likeness(of received: String) -> Likeness {
        let lowercased = received.lowercased()
        if lowercased.utf8.elementsEqual(text.utf8) { return .same }
        let folded = lowercased.utf8.map { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }
        return folded.elementsEqual(text.utf8) ? .lookAlike : .other
    }
}
