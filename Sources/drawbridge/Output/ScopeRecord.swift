import OAuth

/// A scope as commands show it.
struct ScopeRecord: Encodable {
    private let name: String
    private let claims: [String]
    private let requires: Requirement?

    private struct Requirement: Encodable {
        let claim: String
        let accepted: [JSONValue]
        let verificationURL: String?
        let optional: Bool

        private enum CodingKeys: String, CodingKey {
            case claim
            case accepted = "one_of"
            case verificationURL = "verification_url"
            case optional
        }
    }

    init(_ entry: ScopeEntry) {
        name = entry.name
        claims = entry.claims
        requires = entry.demand.map { demand in
            Requirement(
                claim: demand.claim, accepted: demand.accepted, verificationURL: demand.verification?.value,
                optional: demand.weight == .optional)
        }
    }

    /// Scopes as a list with a table.
    static func list(_ catalogue: ScopeCatalogue) -> AnswerList<ScopeRecord> {
        let records = catalogue.entries.map(ScopeRecord.init)
        var table = TextTable("SCOPE", "DEMANDS", "CLAIMS")
        for record in records {
            table.add(record.name, record.requires?.claim ?? "", record.claims.joined(separator: " "))
        }
        return AnswerList(records, text: table.text(orElse: ""))
    }
}
