import OAuth
import Storage

/// A token with which clients register themselves, as commands show it.
struct InitialAccessRecord: CommandAnswer {
    private let access: InitialAccess
    /// The token itself, where it was made here: it is shown this once.
    private let token: Secret?

    init(_ access: InitialAccess, token: Secret? = nil) {
        self.access = access
        self.token = token
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case token
        case note
        case usesLeft = "uses_left"
        case scope
        case providers
        case createdAt = "created_at"
        case expiresAt = "expires_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(access.id, forKey: .id)
        try container.encodeIfPresent(token, forKey: .token)
        try container.encode(access.note, forKey: .note)
        try container.encode(access.usesLeft, forKey: .usesLeft)
        try container.encode(access.ceiling.scope.wireValue, forKey: .scope)
        try container.encodeIfPresent(providers, forKey: .providers)
        try container.encode(access.createdAt.iso8601, forKey: .createdAt)
        try container.encode(access.expiresAt.iso8601, forKey: .expiresAt)
    }

    /// The providers it is limited to; nil for any.
    private var providers: [String]? {
        switch access.ceiling.providers {
        case .any: nil
        case .only(let ids): ids.map(\.rawValue)
        }
    }

    var text: String {
        var record = TextRecord()
        record.add("Id", access.id.rawValue)
        record.add("Note", access.note.isEmpty ? nil : access.note)
        record.add("Clients left", "\(access.usesLeft)")
        record.add("Scope", access.ceiling.scope.wireValue)
        record.add("Providers", providers?.joined(separator: ", ") ?? "any")
        record.add("Expires", access.expiresAt.iso8601)
        record.add("Token", token.map { "\($0.reveal())   (shown this once)" })
        return record.text
    }

    /// Tokens as a list with a table.
    static func list(_ given: [InitialAccess]) -> AnswerList<InitialAccessRecord> {
        var table = TextTable("TOKEN", "CLIENTS LEFT", "EXPIRES", "NOTE")
        for access in given {
            table.add(access.id.rawValue, "\(access.usesLeft)", access.expiresAt.iso8601, access.note)
        }
        let text = table.text(orElse: "There is no token. Make one with: drawbridge client token create")
        return AnswerList(given.map { InitialAccessRecord($0) }, text: text)
    }
}
