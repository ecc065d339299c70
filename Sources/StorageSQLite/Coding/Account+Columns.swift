import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Account {
    static let columns = "accounts.id, accounts.status, accounts.created_at"

    /// The values of ``columns``.
    var columnValues: [SQLValue] { [.identifier(id), .text(status.rawValue), .time(createdAt)] }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(id: try reader.identifier(), status: try reader.word(), createdAt: try reader.time())
    }
}

extension LocalCredential {
    static let columns = """
        local_credentials.account_id, local_credentials.user_name, local_credentials.user_name_key, \
        local_credentials.password_hash
        """

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            accountID: try reader.identifier(), userName: try reader.text(), userNameKey: try reader.text(),
            passwordHash: PasswordHash(phc: try reader.text()))
    }
}

extension Identity {
    static let columns = """
        identities.provider, identities.subject, identities.account_id, identities.claims, identities.last_login_at
        """

    /// Reads ``columns``; claims are decoded once for as long as `decoded` keeps them.
    init(reading reader: inout ColumnReader, decoded: DecodedValues<ClaimsText, PersonClaims>) throws(StoreError) {
        self.init(
            provider: try reader.identifier(), subject: try reader.text(), accountID: try reader.identifier(),
            claims: try Self.claims(reader.optionalBytes(), decoded, reader.damage), lastLoginAt: reader.optionalTime())
    }

    /// The claims as JSON text; keys in order, so that equal claims are equal text.
    static func text(of claims: PersonClaims) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(claims), as: UTF8.self)
    }

    private static let decoder = JSONDecoder()

    private static func claims(
        _ bytes: [UInt8]?, _ decoded: DecodedValues<ClaimsText, PersonClaims>, _ damage: StoreError
    ) throws(StoreError) -> PersonClaims {
        guard let bytes else { throw damage }
        let text = ClaimsText(bytes: bytes)
        if let known = decoded[text] { return known }
        let claims: PersonClaims
        do {
            claims = try decoder.decode(PersonClaims.self, from: Data(bytes))
        } catch {
            throw damage
        }
        decoded.keep(claims, under: text, length: bytes.count)
        return claims
    }
}

/// Claims as they are stored, for a name that is hashed at once: an array is hashed byte by byte.
struct ClaimsText: Hashable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
    }
}
