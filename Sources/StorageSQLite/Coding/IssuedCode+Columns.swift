import OAuth
import Storage

extension IssuedCode {
    static let columns = """
        digest, grant_id, client_id, redirect_uri, code_challenge, scope, claims, nonce, resources, \
        \(Login.columns), sealed_tokens, \
        expires_at
        """

    /// Gives the values of ``columns``.
    func give(to parameters: inout Parameters) throws {
        try parameters.add(.digest(digest))
        try parameters.add(.identifier(grantID))
        try parameters.add(.identifier(clientID))
        try parameters.add(.text(redirect.value))
        try parameters.add(.text(challenge.value))
        try parameters.add(.scope(scope))
        try parameters.add(.claims(claims))
        try parameters.add(.text(nonce))
        try parameters.add(.resources(resources))
        try login.give(to: &parameters)
        try parameters.add(.text(sealedTokens))
        try parameters.add(.time(expiresAt))
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
