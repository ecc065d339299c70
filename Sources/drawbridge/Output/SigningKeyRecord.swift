import OAuth
import Storage

/// A signing key as commands show it, by its public name.
struct SigningKeyRecord: Encodable {
    private let id: KeyID
    private let algorithm: SignatureAlgorithm
    private let state: String
    private let createdAt: String
    private let signsFrom: String
    private let removableAt: String?

    private enum CodingKeys: String, CodingKey {
        case id = "kid"
        case algorithm = "alg"
        case state
        case createdAt = "created_at"
        case signsFrom = "signs_from"
        case removableAt = "removable_at"
    }

    init(_ key: StoredSigningKey) {
        id = key.id
        algorithm = key.algorithm
        state = key.state.rawValue
        createdAt = key.createdAt.iso8601
        signsFrom = key.signsFrom.iso8601
        removableAt = key.removableAt?.iso8601
    }

    /// Keys as a list with a table.
    static func list(_ keys: [StoredSigningKey]) -> AnswerList<SigningKeyRecord> {
        let records = keys.map(SigningKeyRecord.init)
        var table = TextTable("KEY", "ALGORITHM", "STATE", "PUBLISHED", "SIGNS FROM", "REMOVABLE")
        for record in records {
            table.add(
                record.id.rawValue, record.algorithm.rawValue, record.state, record.createdAt, record.signsFrom,
                record.removableAt ?? "")
        }
        let text = table.text(orElse: "There is no key yet: serve makes them on its first start.")
        return AnswerList(records, text: text)
    }
}
