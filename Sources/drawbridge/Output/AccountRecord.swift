import Foundation
import OAuth
import Storage

/// A local account as commands show it.
struct AccountRecord: CommandAnswer {
    private let account: LocalAccount

    init(_ account: LocalAccount) {
        self.account = account
    }

    private enum CodingKeys: String, CodingKey {
        case subject = "sub"
        case userName = "username"
        case name
        case email
        case emailVerified = "email_verified"
        case claims
        case status
        case createdAt = "created_at"
        case lastLoginAt = "last_login_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let claims = account.identity.claims
        try container.encode(account.account.id, forKey: .subject)
        try container.encode(account.credential.userName, forKey: .userName)
        try container.encodeIfPresent(claims.name, forKey: .name)
        try container.encodeIfPresent(claims.email, forKey: .email)
        try container.encode(claims.isEmailVerified, forKey: .emailVerified)
        try container.encode(others, forKey: .claims)
        try container.encode(account.account.status.rawValue, forKey: .status)
        try container.encode(account.account.createdAt.iso8601, forKey: .createdAt)
        try container.encodeIfPresent(account.identity.lastLoginAt?.iso8601, forKey: .lastLoginAt)
    }

    var text: String {
        var record = TextRecord()
        record.add("User name", account.credential.userName)
        record.add("Name", account.identity.claims.name)
        record.add("E-mail", email)
        for (name, value) in others.values.sorted(by: { $0.key < $1.key }) { record.add(name, value.text) }
        record.add("Status", account.account.status.rawValue)
        record.add("Account", account.account.id.rawValue)
        record.add("Created", account.account.createdAt.iso8601)
        record.add("Last login", account.identity.lastLoginAt?.iso8601)
        return record.text
    }

    /// The claims that have no member or line of their own.
    private var others: PersonClaims {
        let own: Set<String> = ["preferred_username", "name", "email", "email_verified"]
        return PersonClaims(account.identity.claims.values.filter { !own.contains($0.key) })
    }

    private var email: String? {
        let claims = account.identity.claims
        return claims.email.map { claims.isEmailVerified ? $0 : "\($0) (not verified)" }
    }

    /// Accounts as a table.
    static func table(_ accounts: [LocalAccount]) -> String {
        var table = TextTable("USER NAME", "NAME", "E-MAIL", "STATUS", "ACCOUNT")
        for account in accounts {
            table.add(
                account.credential.userName, account.identity.claims.name ?? "", account.identity.claims.email ?? "",
                account.account.status.rawValue, account.account.id.rawValue)
        }
        return table.text(orElse: "There is no local account yet. Make one with: drawbridge account create")
    }
}

extension JSONValue {
    /// Text as it is, anything else as JSON.
    fileprivate var text: String {
        if let string { return string }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension Date {
    /// `2026-01-31T12:00:00.000Z` (RFC 3339).
    var iso8601: String {
        // The style cuts where it should round: a time stored as .123 may be a hair less as a Double.
        addingTimeInterval(0.000_4).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
