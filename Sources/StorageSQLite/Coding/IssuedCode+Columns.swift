import OAuth
import Storage

extension IssuedCode {
    static let columns = """
        digest, grant_id, client_id, redirect_uri, code_challenge, scope, claims, nonce, resources, \
        \(Login.columns), sealed_tokens, \
        expires_at
        """

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [
            .digest(digest), .identifier(grantID), .identifier(clientID), .text(redirect.value),
            .text(challenge.value), .scope(scope), .claims(claims), .text(nonce), .resources(resources),
        ] + login.columnValues + [.text(sealedTokens), .time(expiresAt)]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            digest: try reader.digest(), grantID: try reader.identifier(), clientID: try reader.identifier(),
            redirect: RegisteredRedirect(stored: try reader.text()), challenge: try Self.challenge(&reader),
            scope: try reader.scope(), claims: try reader.claims(), nonce: reader.optionalText(),
            resources: try reader.resources(),
            login: try Login(reading: &reader),
            sealedTokens: reader.optionalText(), expiresAt: try reader.time())
    }

    private static func challenge(_ reader: inout ColumnReader) throws(StoreError) -> CodeChallenge {
        guard let challenge = CodeChallenge(s256: try reader.text()) else { throw reader.damage }
        return challenge
    }
}
