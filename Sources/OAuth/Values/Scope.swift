/// A list of scope tokens without repetition, in the order first named (RFC 6749 §3.3).
package struct Scope: Hashable, Sendable {
    package let tokens: [String]

    /// Keeps the first of equal tokens. The caller vouches for each token's characters.
    package init(_ tokens: [String]) {
        // Among a few, looking at each is quicker than making a set, and mostly there is nothing to take out.
        guard tokens.count > 8 || tokens.indices.contains(where: { tokens[..<$0].contains(tokens[$0]) }) else {
            self.tokens = tokens
            return
        }
        var seen: Set<String> = []
        self.tokens = tokens.filter { seen.insert($0).inserted }
    }

    /// Parses the wire form; `nil` where a token holds a character RFC 6749 appendix A.4 does not allow.
    package init?(parsing text: String) {
        let bytes = text.utf8.span
        guard bytes.satisfies(Self.isAllowed) else { return nil }
        var tokens: [String] = []
        for piece in bytes.pieces(between: UInt8(ascii: " ")) {
            guard let token = bytes.extracting(piece).text else { return nil }
            tokens.append(token)
        }
        self.init(tokens)
    }

    /// Whether `byte` can stand in a token or between two: 1 or 0.
    private static func isAllowed(_ byte: UInt8) -> UInt8 {
        (byte >= 0x20 ? 1 : 0) & (byte < 0x7F ? 1 : 0) & (byte == UInt8(ascii: "\"") ? 0 : 1)
            & (byte == UInt8(ascii: "\\") ? 0 : 1)
    }

    /// Whether `token` is in the list.
    package func contains(_ token: String) -> Bool { tokens.contains(token) }

    /// Whether every token of `other` is in the list.
    package func isSuperset(of other: Scope) -> Bool { other.tokens.allSatisfy(tokens.contains) }

    /// The wire form: tokens separated by one space.
    package var wireValue: String { tokens.joined(separator: " ") }

    package var isEmpty: Bool { tokens.isEmpty }

    /// Asks for OpenID Connect (OIDC Core §3.1.2.1).
    package static let openid = "openid"
    /// Asks for a refresh token (OIDC Core §11).
    package static let offlineAccess = "offline_access"
    /// Lets a service read who has logged in to it (`/api/clients/{id}/logins`).
    package static let loginsRead = "logins:read"
}

extension Scope: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([String].self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(tokens)
    }
}
