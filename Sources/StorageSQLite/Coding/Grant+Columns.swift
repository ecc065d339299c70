import OAuth
import Storage

extension Grant {
    static let columns = """
        id, client_id, scope, claims, resources, \(Login.columns), created_at, expires_at, generation, revoked_at
        """

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        let revocation: SQLValue =
            switch status {
            case .active: .null
            case .revoked(let time): .time(time)
            }
        return [.identifier(id), .identifier(clientID), .scope(scope), .claims(claims), .resources(resources)]
            + login.columnValues
            + [.time(createdAt), .time(expiresAt), .integer(generation), revocation]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            id: try reader.identifier(), clientID: try reader.identifier(), scope: try reader.scope(),
            claims: try reader.claims(), resources: try reader.resources(), login: try Login(reading: &reader),
            createdAt: try reader.time(),
            expiresAt: try reader.time(),
            generation: try reader.integer(), status: reader.optionalTime().map { .revoked(at: $0) } ?? .active)
    }
}
