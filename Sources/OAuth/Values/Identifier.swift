/// The name of one `Subject`, so that a client's name cannot be passed where an account's is wanted.
package struct Identifier<Subject>: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    // Written out, because what every RawRepresentable has by itself finds out at run time how to compare.
    package static func == (left: Identifier, right: Identifier) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension Identifier: CustomStringConvertible {
    package var description: String { rawValue }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Marks the subjects of identifiers that have no type of their own in this target.
package enum Subject {
    package enum Account {}
    package enum Provider {}
    package enum Grant {}
    package enum Payload {}
    package enum SigningKey {}
    package enum InitialAccess {}
}

/// A registered client's `client_id` (RFC 6749 §2.2).
package typealias ClientID = Identifier<Client>
/// An account; its value is the `sub` that clients see who do not ask for a name of their own (OIDC Core §8).
package typealias AccountID = Identifier<Subject.Account>
/// An upstream provider: the name of its file in `providers/`.
package typealias ProviderID = Identifier<Subject.Provider>
/// What a redeemed code leaves behind; every token belongs to one.
package typealias GrantID = Identifier<Subject.Grant>
/// One authorization request on its way through the browser.
package typealias PayloadID = Identifier<Subject.Payload>
/// Leave to register clients (RFC 7591 §1.2).
package typealias InitialAccessID = Identifier<Subject.InitialAccess>
/// A signing key, as in the JOSE header `kid` (RFC 7515 §4.1.4).
package typealias KeyID = Identifier<Subject.SigningKey>

extension Identifier where Subject == Client {
    /// Checks that `text` can name a client: 1 to 128 letters, digits, `-`, `_`, `.` and `~`, not beginning with a dot.
    ///
    /// Narrower than RFC 6749 appendix A.1, because the name is also a folder of `templates/clients`.
    package init?(validating text: String) {
        guard text.utf8.span.satisfies(ByteRule.unreserved), (1...128).contains(text.utf8.count),
            text.utf8.first != UInt8(ascii: ".")
        else { return nil }
        self.init(rawValue: text)
    }
}

extension Identifier where Subject == OAuth.Subject.Provider {
    /// Checks that `text` can name a provider: 1 to 64 lower-case letters, digits, `-` or `_`, beginning with a letter
    /// or digit. It is the name of a file and a segment of the callback's path.
    package init?(validating text: String) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard allowed, (1...64).contains(text.utf8.count), let first = text.first, !"-_".contains(first) else {
            return nil
        }
        self.init(rawValue: text)
    }
}
