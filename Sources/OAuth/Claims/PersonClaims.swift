/// What is known about a person, as OpenID Connect claims (OIDC Core §5.1) and whatever a provider adds.
package struct PersonClaims: Hashable, Sendable {
    package var values: [String: JSONValue]

    package init(_ values: [String: JSONValue] = [:]) {
        self.values = values
    }

    package var name: String? { values["name"]?.string }
    package var preferredUsername: String? { values["preferred_username"]?.string }
    package var email: String? { values["email"]?.string }

    /// Whether the provider vouches for the e-mail address; false where it says nothing.
    package var isEmailVerified: Bool { values["email_verified"]?.lenientBool ?? false }

    /// The e-mail address the provider vouches for, in the one form in which two spellings of an address compare equal;
    /// nil where it vouches for none.
    ///
    /// Only ASCII addresses with one `@` have one: an address that merely looks like another's must not equal it
    /// (GHSA-7rqj-j65f-68wh).
    package var verifiedEmailKey: String? {
        guard isEmailVerified, let email, (3...254).contains(email.utf8.count),
            email.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let at = email.firstIndex(of: "@"),
            email.lastIndex(of: "@") == at, at != email.startIndex, email.index(after: at) != email.endIndex
        else { return nil }
        return email.lowercased()
    }

    /// An address or number, and the claim that vouches for it (OIDC Core §5.1).
    package static let vouched = [
        (value: "email", flag: "email_verified"), (value: "phone_number", flag: "phone_number_verified"),
    ]

    /// Whether `value` has the shape that OpenID Connect gives the claim `name` (OIDC Core §5.1), so that services need not
    /// expect what they read to be anything else; a claim it does not define may be anything.
    package static func allows(_ value: JSONValue, as name: String) -> Bool {
        switch name {
        case "email": value.string?.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && !$0.isControl } ?? false
        case "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
            "website", "gender", "birthdate", "zoneinfo", "locale", "phone_number":
            value.string != nil
        case "updated_at": value.seconds != nil
        case "address": value.object != nil
        default: true
        }
    }

    /// What to call the person on a page: the name, else the user name, else the e-mail address.
    package var displayName: String? { name ?? preferredUsername ?? email }

    /// These claims with those of `newer` put over them.
    package func merging(_ newer: PersonClaims) -> PersonClaims {
        PersonClaims(values.merging(newer.values) { _, new in new })
    }

    /// The claims in the order of their names, so that equal claims are written alike.
    package var inOrder: [(key: String, value: JSONValue)] { values.sorted { $0.key < $1.key } }

    /// These claims with `changes` put over them; null takes a claim away.
    package func changed(by changes: [String: JSONValue]) -> PersonClaims {
        PersonClaims(merging(PersonClaims(changes)).values.filter { changes[$0.key] != .null })
    }
}

extension PersonClaims: Codable {
    package init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: JSONValue].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

extension PersonClaims: JSONWritable, JSONReadable {
    package func write(to json: inout JSONWriter) {
        for (name, value) in inOrder { json.add(named: name, value) }
    }

    package init(reading members: JSONMembers) {
        values = members.values
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
