import Storage

extension Login {
    /// The columns that codes, grants, sessions and payloads share.
    static let columns = "account_id, provider, subject, authenticated_at, methods, session_name, context_class"

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [
            .identifier(accountID), .identifier(provider), .text(subject), .time(authenticatedAt), .lines(methods),
            .text(sessionName), .text(contextClass),
        ]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            accountID: try reader.identifier(), provider: try reader.identifier(), subject: try reader.text(),
            authenticatedAt: try reader.time(), methods: try reader.lines(), sessionName: reader.optionalText(),
            contextClass: reader.optionalText())
    }
}
