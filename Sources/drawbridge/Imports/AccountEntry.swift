import Broker
import OAuth

/// One account of an import file.
struct AccountEntry: Decodable {
    let userName: String
    let email: String?
    let emailVerified: Bool
    let name: String?
    let password: AccountRegistry.PasswordSource
    let claims: [String: JSONValue]

    /// Which member cannot be accepted, and why.
    struct Flaw: Error, CustomStringConvertible {
        let description: String

        init(_ member: String, _ reason: String) {
            description = "\(member): \(reason)"
        }
    }

    private enum Member: String, CaseIterable {
        case userName = "username"
        case email
        case emailVerified = "email_verified"
        case name
        case claims
        case password
        case passwordHash = "password_hash"
    }

    /// Any member's name, so that unknown ones are seen.
    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys where Member(rawValue: key.stringValue) == nil {
            throw Flaw(LogText.oneLine(key.stringValue), "this member is not known")
        }
        func optional<Value: Decodable>(_ member: Member, _ type: Value.Type) throws -> Value? {
            do {
                return try container.decodeIfPresent(type, forKey: Key(stringValue: member.rawValue))
            } catch {
                throw Flaw(member.rawValue, "has the wrong JSON type")
            }
        }
        guard let userName = try optional(.userName, String.self) else { throw Flaw("username", "is missing") }
        self.userName = userName
        email = try optional(.email, String.self)
        emailVerified = try optional(.emailVerified, Bool.self) ?? false
        name = try optional(.name, String.self)
        claims = try optional(.claims, [String: JSONValue].self) ?? [:]
        switch (try optional(.password, Secret.self), try optional(.passwordHash, String.self)) {
        case (let password?, nil): self.password = .plain(password)
        case (nil, let hash?): self.password = .hash(PasswordHash(phc: hash))
        case (nil, nil): throw Flaw("password", "is missing, and there is no password_hash either")
        case (.some, .some): throw Flaw("password_hash", "stands beside a password: one of them is enough")
        }
    }

    var account: AccountRegistry.NewAccount {
        AccountRegistry.NewAccount(
            userName: userName, email: email, emailStanding: emailVerified ? .verified : .unverified, name: name,
            password: password, claims: claims)
    }
}
