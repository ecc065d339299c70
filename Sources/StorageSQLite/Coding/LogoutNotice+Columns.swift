import OAuth
import Storage

extension LogoutNotice {
    static let columns = "id, client_id, account_id, session_name, ended_at, ray, host, attempts"

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            id: try reader.integer(), clientID: try reader.identifier(), accountID: try reader.identifier(),
            sessionName: reader.optionalText(), endedAt: try reader.time(),
            ray: reader.optionalInteger().map { RayID(rawValue: UInt64(bitPattern: $0)) }, host: try reader.text(),
            attempt: try reader.integer())
    }
}
