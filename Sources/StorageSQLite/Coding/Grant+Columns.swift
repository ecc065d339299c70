import OAuth
import Storage

extension Grant {
    static let columns = """
        id, client_id, scope, claims, resources, \(Login.columns), created_at, expires_at, generation, revoked_at
        """

    /// Gives the values of ``columns``.
    func give(to parameters: inout Parameters) throws {
        try parameters.add(.identifier(id))
        try parameters.add(.identifier(clientID))
        try parameters.add(.scope(scope))
        try parameters.add(.claims(claims))
        try parameters.add(.resources(resources))
        try login.give(to: &parameters)
        try parameters.add(.time(createdAt))
        try parameters.add(.time(expiresAt))
        try parameters.add(.integer(generation))
        switch status {
        case .active: try parameters.add(.null)
        case .revoked(let time): try parameters.add(.time(time))
        }
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
