extension Migration {
    /// Which clients may ask about tokens, and how a signed answer is signed; NULL for those that may not.
    static let introspection = Migration(
        version: 4,
        sql: "ALTER TABLE clients ADD COLUMN introspection_algorithm TEXT CHECK (introspection_algorithm <> '');")
}
