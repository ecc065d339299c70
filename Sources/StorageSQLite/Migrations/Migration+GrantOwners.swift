extension Migration {
    /// The grants of an account, at each client the live ones together and oldest first: each redemption counts those.
    ///
    /// It takes the place of the index by account, whose queries it answers as well.
    static let grantOwners = Migration(
        version: 10,
        sql: """
            DROP INDEX grants_by_account;
            CREATE INDEX grants_by_owner ON grants (account_id, client_id, revoked_at, created_at);
            """)
}
