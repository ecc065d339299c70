import FoundationEssentials

/// What a provider's answer says about the person beside the code: Apple's `user`, sent at the first consent only.
///
/// It comes through the person's own browser and is not signed, so only the name is read, which the person chooses
/// there anyway; never the address.
package struct ReportedUser: Codable, Hashable, Sendable {
    package let name: Name?

    /// The parts of a name as the person gave them.
    package struct Name: Codable, Hashable, Sendable {
        package let firstName: String?
        package let lastName: String?

        package init(firstName: String?, lastName: String?) {
            self.firstName = firstName
            self.lastName = lastName
        }
    }

    package init(name: Name?) {
        self.name = name
    }

    /// Longest text that is looked at, and longest part of a name, in bytes.
    package static let maximumLength = 2048
    private static let maximumPartLength = 128

    /// Reads the parameter; nil for anything but a short JSON object with a name.
    package init?(parsing text: String) {
        guard text.utf8.count <= Self.maximumLength,
            let user = try? UntrustedJSON.decode(ReportedUser.self, from: Array(text.utf8))
        else { return nil }
        let (first, last) = (Self.part(user.name?.firstName), Self.part(user.name?.lastName))
        guard first != nil || last != nil else { return nil }
        self = ReportedUser(name: Name(firstName: first, lastName: last))
    }

    /// The parameter again, with what is read of it and nothing else.
    package var text: String {
        guard let data = try? JSONEncoder().encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func part(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= maximumPartLength,
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        return text
    }
}
