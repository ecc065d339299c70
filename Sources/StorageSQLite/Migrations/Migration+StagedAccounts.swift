extension Migration {
    /// Whose logins wait, for whoever ends all that an account has begun.
    static let stagedAccounts = Migration(
        version: 20,
        sql: "CREATE INDEX staged_payloads_by_account ON payloads (account_id) WHERE state = 'staged'")
}
