extension Migration {
    /// The live grants of an account at a client, oldest first, to be counted by each redemption.
    ///
    /// It takes the place of the index by account: whoever looks for an account's grants looks for the live ones.
    static let grantOwners = Migration(
        version: 10,
        sql: """
            DROP INDEX grants_by_account;
            CREATE INDEX live_grants_by_owner ON grants (account_id, client_id, created_at) WHERE revoked_at IS NULL;
            """)
}
