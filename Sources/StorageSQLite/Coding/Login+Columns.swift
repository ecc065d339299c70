import Storage

extension Login {
    /// The columns that codes, grants, sessions and payloads share.
    static let columns = "account_id, provider, subject, authenticated_at, methods, session_name, context_class"

    /// Gives the values of ``columns``.
    func give(to parameters: inout Parameters) throws {
        try parameters.add(.identifier(accountID))
        try parameters.add(.identifier(provider))
        try parameters.add(.text(subject))
        try parameters.add(.time(authenticatedAt))
        try parameters.add(.lines(methods))
        try parameters.add(.text(sessionName))
        try parameters.add(.text(contextClass))
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            accountID: try reader.identifier(), provider: try reader.identifier(), subject: try reader.text(),
            authenticatedAt: try reader.time(), methods: try reader.lines(), sessionName: reader.optionalText(),
            contextClass: reader.optionalText())
    }
}
