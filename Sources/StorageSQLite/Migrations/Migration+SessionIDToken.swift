extension Migration {
    /// What a provider's logout wants to see, kept sealed for as long as the session.
    static let sessionIDToken = Migration(
        version: 3, sql: "ALTER TABLE sessions ADD COLUMN sealed_id_token TEXT CHECK (sealed_id_token <> '');")
}
