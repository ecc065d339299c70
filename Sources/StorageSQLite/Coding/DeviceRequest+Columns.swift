import OAuth
import Storage

extension DeviceRequest {
    static let columns = "digest, user_code, client_id, scope, poll_interval, expires_at, status"

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [
            .digest(digest), .digest(userCode), .identifier(clientID), .scope(scope), .integer(interval),
            .time(expiresAt), .text(status.rawValue),
        ]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            digest: try reader.digest(), userCode: try reader.digest(), clientID: try reader.identifier(),
            scope: try reader.scope(), interval: try reader.integer(), expiresAt: try reader.time(),
            status: try Self.status(&reader))
    }

    private static func status(_ reader: inout ColumnReader) throws(StoreError) -> Status {
        guard let status = Status(rawValue: try reader.text()) else { throw reader.damage }
        return status
    }
}

extension DeviceApproval {
    static let columns = "\(Login.columns), allowed_scope, sealed_tokens"

    /// Gives the values of ``columns``.
    func give(to parameters: inout Parameters) throws {
        try login.give(to: &parameters)
        try parameters.add(.scope(scope))
        try parameters.add(.text(sealedTokens))
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            login: try Login(reading: &reader), scope: try reader.scope(), sealedTokens: reader.optionalText())
    }
}
