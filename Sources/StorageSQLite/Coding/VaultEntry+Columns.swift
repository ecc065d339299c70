import Storage

extension VaultEntry {
    static let columns = "account_id, provider, subject, sealed_tokens, sealed_refresh_token, leader, kept_at"

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [
            .identifier(accountID), .identifier(provider), .text(subject), .text(sealedTokens),
            .text(sealedRefreshToken), .text(leader.rawValue), .time(keptAt),
        ]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            accountID: try reader.identifier(), provider: try reader.identifier(), subject: try reader.text(),
            sealedTokens: try reader.text(), sealedRefreshToken: reader.optionalText(), leader: try reader.word(),
            keptAt: try reader.time())
    }
}
