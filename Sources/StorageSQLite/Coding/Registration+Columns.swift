import OAuth
import Storage

extension RegistrationCeiling {
    static let columns = "scope, providers"

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        switch providers {
        case .any: [.scope(scope), .null]
        case .only(let providers): [.scope(scope), .lines(providers.map(\.rawValue))]
        }
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        let scope = try reader.scope()
        guard let lines = reader.optionalText() else {
            self.init(scope: scope, providers: .any)
            return
        }
        guard let names = TextLines.decode(lines) else { throw reader.damage }
        self.init(scope: scope, providers: .only(names.map(ProviderID.init(rawValue:))))
    }
}

extension InitialAccess {
    static let columns = "id, note, \(RegistrationCeiling.columns), created_at, expires_at, uses_left"

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [.identifier(id), .text(note)] + ceiling.columnValues
            + [.time(createdAt), .time(expiresAt), .integer(usesLeft)]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            id: try reader.identifier(), note: try reader.text(), ceiling: try RegistrationCeiling(reading: &reader),
            createdAt: try reader.time(), expiresAt: try reader.time(), usesLeft: try reader.integer())
    }
}

extension ClientRegistration {
    static let columns = """
        client_id, digest, initial_access, \(RegistrationCeiling.columns), authentication_method, registered_at
        """

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [.identifier(clientID), .digest(digest), .identifier(initialAccess)] + ceiling.columnValues
            + [.text(authenticationMethod), .time(registeredAt)]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            clientID: try reader.identifier(), digest: try reader.digest(), initialAccess: try reader.identifier(),
            ceiling: try RegistrationCeiling(reading: &reader), authenticationMethod: try reader.text(),
            registeredAt: try reader.time())
    }
}
