/// The name of a protected resource, as a client asks for it (RFC 8707 §2): an absolute URI without a fragment.
///
/// Compared byte by byte: two spellings are two resources.
package struct ResourceIndicator: Hashable, Sendable {
    package let value: String

    /// Longest name, in bytes.
    package static let maximumLength = 1000

    /// `nil` unless `text` is an absolute URI of printable ASCII without fragment and user information.
    package init?(_ text: String) {
        guard (1...Self.maximumLength).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"#\"<>\\^`{|}".utf8.contains($0) }),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            Self.isScheme(text[..<colon]), text.utf8.distance(from: colon, to: text.endIndex) > 1
        else { return nil }
        let rest = text[text.index(after: colon)...]
        if rest.hasPrefix("//") {
            let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            guard !authority.isEmpty, !authority.contains("@") else { return nil }
        }
        value = text
    }

    /// RFC 3986 §3.1.
    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension ResourceIndicator: CustomStringConvertible {
    package var description: String { value }
}

extension ResourceIndicator: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let resource = ResourceIndicator(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no resource indicator")
        }
        self = resource
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

extension FormParameters {
    /// What may be repeated wherever resources can be named (RFC 8707 §2).
    static let resourceParameter: Set<String> = ["resource"]

    /// Most resources of one request, or of one registration.
    static let maximumResources = 16

    /// The values of `resource`, each once; `invalid_target` for what is no absolute URI without fragment (RFC 8707 §2).
    package func resourceIndicators() throws(OAuthError) -> [ResourceIndicator] {
        let texts: [String]
        do throws(Unusable) {
            texts = try values("resource", limit: ResourceIndicator.maximumLength)
        } catch {
            throw OAuthError(.invalidTarget, "A resource is too long.")
        }
        guard texts.count <= Self.maximumResources else {
            throw OAuthError(.invalidTarget, "There are too many resources.")
        }
        var resources: [ResourceIndicator] = []
        for text in texts {
            guard let resource = ResourceIndicator(text) else {
                throw OAuthError(.invalidTarget, "A resource is no absolute URI without a fragment.")
            }
            if !resources.contains(resource) { resources.append(resource) }
        }
        return resources
    }
}
